using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>The members of a lump are groups: PEAK makes the host an empty group and takes it out of all others.</summary>
internal sealed class LumpNamesHost() : Rule("PEAK009", Severity.Error, "A lump names a host", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
        {
            if (!file.IsLumpMember(i)) continue;
            int name = file.NameOf(i);
            if (!file.IsDeclared(name) && (file.RolesOf(name) & NameRoles.Host) != 0) yield return file.At(i);
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"{file.Quote(finding.Line)} is a host, and the members of a lump are groups.",
        "Put the host into a group, and name that group here.");
}
