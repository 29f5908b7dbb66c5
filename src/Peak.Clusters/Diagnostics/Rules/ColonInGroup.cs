namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>In a node set <c>@a:b</c> is the group <c>b</c> of the source <c>a</c>.</summary>
internal sealed class ColonInGroup() : Rule("PEAK036", Severity.Warning, "The name of a group contains a colon", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.Lines[i].IsSection && file.NameText(i).Contains((byte)':')) yield return file.At(i);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"In node sets the name {file.Quote(finding.Line)} means a group of another source, "
        + "as in '@last:failed', the hosts where the last run failed; one of the two hides the other.",
        "Use another name.");
}
