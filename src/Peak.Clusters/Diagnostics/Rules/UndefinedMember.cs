using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>All programs take a name that is not declared for an empty group; it is likely misspelled.</summary>
internal sealed class UndefinedMember()
    : Rule("PEAK027", Severity.Warning, "A lump names a group that is not declared", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (IsUndefined(file, i) && !HostBelowLump.IsLikely(file, i)) yield return file.At(i);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"No section declares the group {file.Quote(finding.Line)}.",
        file.NearGroups.Find(file.NameOf(finding.Line)) is >= 0 and var near
            ? $"Did you mean {file.QuoteName(near)}?"
            : "Declare it with a GROUP: section, or remove it here.");

    /// <summary>Whether a line is a member of a lump that nothing else speaks of.</summary>
    public static bool IsUndefined(FileIndex file, int line) =>
        file.IsLumpMember(line)
        && (file.RolesOf(file.NameOf(line)) & (NameRoles.Group | NameRoles.Lump | NameRoles.Host)) == 0
        && !NameFaults.IsReserved(file.NameText(line));
}
