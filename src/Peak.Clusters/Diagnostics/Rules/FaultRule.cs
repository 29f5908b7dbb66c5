namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>A rule about one kind of character fault; a name has at most one of them, the worst.</summary>
internal abstract class FaultRule(string code, Severity severity, string title, bool guardsAgreement, NameFault fault)
    : Rule(code, severity, title, guardsAgreement)
{
    public sealed override IEnumerable<Finding> Find(FileIndex file)
    {
        foreach (var (line, found, span) in file.Faults)
            if (found == fault) yield return new Finding(line, span);
    }

    /// <summary>What the name is the name of.</summary>
    protected static string What(FileIndex file, Finding finding) => file.IsHost(finding.Line) ? "host" : "group";
}
