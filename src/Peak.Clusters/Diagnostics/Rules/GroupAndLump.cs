using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>A name is opened as a group and as a lump; all programs add the members up.</summary>
internal sealed class GroupAndLump() : Rule("PEAK030", Severity.Warning, "A name is both a group and a lump", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        var kinds = new Dictionary<int, (ClusterLineKind Kind, int Line)>();
        var found = new HashSet<int>();
        for (int i = 0; i < file.Lines.Length; i++)
        {
            var kind = file.Lines[i].Kind;
            if (!file.Lines[i].IsSection || kinds.TryAdd(file.NameOf(i), (kind, i))) continue;
            var first = kinds[file.NameOf(i)];
            if (first.Kind != kind && found.Add(file.NameOf(i))) yield return file.At(i, first.Line);
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding)
    {
        bool lump = file.Lines[finding.Line].Kind == ClusterLineKind.Lump;
        return (
            $"{file.Quote(finding.Line)} is opened as a {(lump ? "lump" : "group")} here "
            + $"and as a {(lump ? "group" : "lump")} on line {finding.Other + 1}, and the members add up.",
            "Give the lump a name of its own.");
    }
}
