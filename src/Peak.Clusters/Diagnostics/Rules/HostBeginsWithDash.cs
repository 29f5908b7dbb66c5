namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>Commands would take the name for an option.</summary>
internal sealed class HostBeginsWithDash() : Rule("PEAK004", Severity.Error, "A host begins with a dash", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.IsHost(i) && file.NameText(i)[0] == '-') yield return file.At(i);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The host {file.Quote(finding.Line)} begins with '-', and ssh and other commands take it for an option.",
        "Remove the dash; no host name begins with one.");
}
