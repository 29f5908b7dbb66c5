namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>No host name on a network is longer than 253 characters.</summary>
internal sealed class HostNameTooLong()
    : Rule("PEAK034", Severity.Warning, "A host name is longer than 253 characters", guardsAgreement: false)
{
    private const int MaxLength = 253;

    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.Lines[i].Name.Length > MaxLength && file.IsHost(i) && LineTooLong.LengthOf(file, i) <= LineTooLong.MaxLength)
                yield return file.At(i);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The host name is {finding.Span.Length} bytes long, and no host name on a network is longer than {MaxLength}.",
        "Check that no line end is missing.");
}
