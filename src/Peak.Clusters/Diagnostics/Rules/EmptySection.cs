using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>A command for such a group would run nowhere.</summary>
internal sealed class EmptySection() : Rule("PEAK031", Severity.Warning, "A group or lump has no members", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        bool[] hasMembers = new bool[file.Names.Count];
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.Lines[i].Kind == ClusterLineKind.Member && file.GroupOf(i) >= 0) hasMembers[file.GroupOf(i)] = true;
        for (int i = 0; i < file.Lines.Length; i++)
        {
            if (!file.Lines[i].IsSection || hasMembers[file.NameOf(i)]) continue;
            hasMembers[file.NameOf(i)] = true; // Reported once for each name.
            yield return file.At(i);
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The {(file.Lines[finding.Line].Kind == ClusterLineKind.Lump ? "lump" : "group")} {file.Quote(finding.Line)} has no members.",
        "List them below the line, or remove it.");
}
