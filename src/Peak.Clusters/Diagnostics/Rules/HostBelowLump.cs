namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>A blank line or a comment ends no section: what follows a lump are names of groups.</summary>
internal sealed class HostBelowLump() : Rule("PEAK028", Severity.Warning, "A host seems to be listed below a lump", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (UndefinedMember.IsUndefined(file, i) && IsLikely(file, i)) yield return file.At(i);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"{file.Quote(finding.Line)} stands below the lump {file.QuoteName(file.GroupOf(finding.Line))} "
        + "and so is the name of a group, not of a host.",
        "List hosts before the first section or below a GROUP: line; a blank line or a comment ends no section.");

    /// <summary>
    /// Whether a name that is not declared was meant as a host: it has a domain, or something was put between it and
    /// the members above, and it is no misspelled group.
    /// </summary>
    public static bool IsLikely(FileIndex file, int line) =>
        (file.NameText(line).Contains((byte)'.') || file.IsSetApart(line)) && file.NearGroups.Find(file.NameOf(line)) < 0;
}
