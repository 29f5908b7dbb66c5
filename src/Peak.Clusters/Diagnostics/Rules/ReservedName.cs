namespace Peak.Clusters.Diagnostics.Rules;

/// <summary><c>__all__</c> and <c>__orphans__</c> always exist and are not for the file to define.</summary>
internal sealed class ReservedName() : Rule("PEAK010", Severity.Error, "A name is reserved", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        int all = file.Names.Find("__all__"u8), orphans = file.Names.Find("__orphans__"u8);
        if (all < 0 && orphans < 0) yield break;
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.NameOf(i) is var name and >= 0 && (name == all || name == orphans)) yield return file.At(i);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The name {file.Quote(finding.Line)} is reserved for the group of "
        + $"{(file.NameOf(finding.Line) == file.Names.Find("__all__"u8) ? "all hosts" : "the hosts listed before the first section")}.",
        "Use another name.");
}
