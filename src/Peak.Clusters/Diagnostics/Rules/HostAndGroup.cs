namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>PEAK never counts the name as a host of a group, ClusterIt does.</summary>
internal sealed class HostAndGroup() : Rule("PEAK008", Severity.Error, "A name is both a host and a group", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.IsHost(i) && file.IsDeclared(file.NameOf(i))) yield return file.At(i);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"{file.Quote(finding.Line)} is listed as a host and is the name of a group as well.",
        "Rename the group; a host keeps its name.");
}
