namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>A NUL, an escape, a bidirectional mark: what is shown is not what is there.</summary>
internal sealed class ControlCharacter() : FaultRule(
    "PEAK001", Severity.Error, "A name holds a control or invisible character", guardsAgreement: true, NameFault.ControlCharacter)
{
    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The name {file.Quote(finding.Line)} holds the {Kind(file, finding)} character "
        + $"{TerminalText.Quote(file.Text(finding.Span))[1..^1]}.",
        "Remove the character; if the file is full of them, it is no text or was saved in another encoding than UTF-8.");

    private static string Kind(FileIndex file, Finding finding) => finding.Span.Length == 1 ? "control" : "invisible";
}
