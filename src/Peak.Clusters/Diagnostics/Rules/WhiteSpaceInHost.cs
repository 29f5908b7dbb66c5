namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>Two names on one line, a comment after a name, a keyword without its colon.</summary>
internal sealed class WhiteSpaceInHost()
    : FaultRule("PEAK005", Severity.Error, "A host holds white space", guardsAgreement: true, NameFault.WhiteSpace)
{
    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) =>
        ($"The host {file.Quote(finding.Line)} holds white space.", Remedy(file.NameText(finding.Line)));

    private static string Remedy(ReadOnlySpan<byte> name)
    {
        if (name.Contains((byte)'#')) return "Give the comment a line of its own: after a name, '#' begins none.";
        return name.StartsWith("GROUP"u8) || name.StartsWith("LUMP"u8)
            ? "To open a section, write the keyword and the colon without a space: GROUP:name or LUMP:name."
            : "Write one host on each line.";
    }
}
