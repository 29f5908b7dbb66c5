using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>PEAK counts a host that is listed twice once; ClusterIt runs the command there twice.</summary>
internal sealed class ListedTwice() : Rule("PEAK023", Severity.Warning, "A name is listed twice in a group", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        // The members of each group, sections of the same name together, in order of lines.
        int count = file.Lines.Length;
        int[] starts = new int[file.Names.Count + 2];
        for (int i = 0; i < count; i++)
            if (file.Lines[i].Kind == ClusterLineKind.Member) starts[file.GroupOf(i) + 2]++;
        for (int i = 1; i < starts.Length; i++) starts[i] += starts[i - 1];
        int[] members = new int[file.Count(ClusterLineKind.Member)];
        for (int i = 0; i < count; i++)
            if (file.Lines[i].Kind == ClusterLineKind.Member) members[starts[file.GroupOf(i) + 1]++] = i;

        int[] lastLines = new int[file.Names.Count];
        Array.Fill(lastLines, FileIndex.None);
        foreach (int line in members)
        {
            int name = file.NameOf(line), last = lastLines[name];
            if (last != FileIndex.None && file.GroupOf(last) == file.GroupOf(line)) yield return file.At(line, last);
            lastLines[name] = line;
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding)
    {
        string where = file.GroupOf(finding.Line) is var group and >= 0 ? $"in {file.QuoteName(group)}" : "before the first section";
        string twice = $"{file.Quote(finding.Line)} is listed {where} already, on line {finding.Other + 1}";
        return (file.IsHost(finding.Line)
            ? $"{twice}, and ClusterIt runs commands there once for each." : $"{twice}.", "Remove one of the two.");
    }
}
