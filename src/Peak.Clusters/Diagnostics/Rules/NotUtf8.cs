namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>Bytes that are no text.</summary>
internal sealed class NotUtf8()
    : FaultRule("PEAK002", Severity.Error, "A name is not valid UTF-8", guardsAgreement: true, NameFault.NotUtf8)
{
    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The name {file.Quote(finding.Line)} is not valid UTF-8.",
        "Save the file as UTF-8; host names on a network are plain ASCII.");
}
