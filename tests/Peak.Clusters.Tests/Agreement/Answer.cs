using System.Text;

namespace Peak.Clusters.Tests.Agreement;

/// <summary>What a program makes of a cluster file, in the order in which it says it.</summary>
internal sealed record Answer(
    IReadOnlyList<string> Hosts,
    IReadOnlyList<string> Orphans,
    IReadOnlyList<(string Name, IReadOnlyList<string> Hosts)> Groups,
    IReadOnlyList<(string Name, IReadOnlyList<string> Groups)> GroupsOfHosts)
{
    public static Answer Of(Cluster cluster) => new(
        [.. cluster.Hosts.Select(h => h.Name)],
        [.. cluster.Orphans.Hosts.Select(h => h.Name)],
        [.. cluster.Groups.Select(g => (g.Name, (IReadOnlyList<string>)[.. g.Hosts.Select(h => h.Name)]))],
        [.. cluster.Hosts.Select(h => (h.Name, (IReadOnlyList<string>)[.. h.Groups.Select(g => g.Name)]))]);

    /// <summary>All of it as text, so that two answers compare and a difference can be read.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line("hosts", Hosts);
        Line("orphans", Orphans);
        foreach (var (name, hosts) in Groups) Line($"group '{name}'", hosts);
        foreach (var (name, groups) in GroupsOfHosts) Line($"groups of '{name}'", groups);
        return text.ToString();

        void Line(string what, IReadOnlyList<string> names) =>
            text.Append(what).Append(':').Append(string.Concat(names.Select(n => $" '{n}'"))).Append('\n');
    }
}
