namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>ClusterIt does not look into a lump within a lump.</summary>
internal sealed class NestedLump() : Rule("PEAK025", Severity.Warning, "A lump is a member of a lump", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        foreach (int line in file.Lumps.MemberLines)
            if (file.Lumps.CycleOf(line) == FileIndex.None) yield return file.At(line);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"{file.Quote(finding.Line)} is a lump itself, and ClusterIt does not look into a lump in a lump.",
        "Name its groups here instead.");
}
