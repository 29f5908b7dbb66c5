namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>PEAK refuses the file, and ClusterIt cannot be asked for a group with a comma.</summary>
internal sealed class NoPropertyName()
    : FaultRule("PEAK020", Severity.Warning, "A name has no place in a property name", guardsAgreement: true, NameFault.NoPropertyName)
{
    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding)
    {
        var text = file.Text(finding.Span);
        string why = text switch
        {
            [(byte)'.', ..] => "has an empty part before, between or after its dots",
            [(byte)','] => "holds a comma, at which ClusterIt splits the names it is given",
            _ => $"holds {TerminalText.Quote(text)}, which a property name may not",
        };
        return (
            $"The {What(file, finding)} name {file.Quote(finding.Line)} {why}, and PEAK refuses the file.",
            text is [(byte)'@']
                ? "Leave the user to ssh_config or to an option of the command." : "Use letters, digits, '-', '_', and '.' between them.");
    }
}
