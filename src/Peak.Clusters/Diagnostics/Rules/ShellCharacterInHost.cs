namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>The name could become a command, a pattern or a path wherever it is used without quotes.</summary>
internal sealed class ShellCharacterInHost()
    : FaultRule("PEAK006", Severity.Error, "A host holds a shell metacharacter or a slash", guardsAgreement: true, NameFault.ShellCharacter)
{
    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding)
    {
        string character = TerminalText.Quote(file.Text(finding.Span));
        return (
            $"The host {file.Quote(finding.Line)} holds {character}, which a shell may take for more than a character.",
            character is "'['" or "'{'"
                ? "Ranges are not expanded in a cluster file: list each host on a line, as peak nodeset -e -S '\\n' prints them."
                : "Remove the character; no host name has one.");
    }
}
