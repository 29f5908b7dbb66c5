namespace Peak.Clusters.Diagnostics.Rules;

/// <summary><c>GROUP:</c> or <c>LUMP:</c> with nothing after it.</summary>
internal sealed class EmptyName() : Rule("PEAK007", Severity.Error, "A section has no name", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.Lines[i].IsSection && file.Lines[i].Name.Length == 0) yield return new Finding(i, file.Lines[i].Content);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        "The section has no name.",
        "Write its name after the colon, on the same line.");
}
