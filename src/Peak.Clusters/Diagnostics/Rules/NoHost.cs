using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>PEAK crashes on a file that says nothing at all.</summary>
internal sealed class NoHost() : Rule("PEAK021", Severity.Warning, "The file lists no host", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int name = 0; name < file.Names.Count; name++)
            if ((file.RolesOf(name) & NameRoles.Host) != 0) yield break;
        yield return new Finding(0, default);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        file.Names.Count == 0 ? "The file says nothing, and PEAK crashes on it." : "The file lists no host.",
        "List at least one host, or name no file at all: the cluster is then this machine alone.");
}
