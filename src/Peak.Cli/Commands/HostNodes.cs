using Peak.Cli.State;
using Peak.Clusters;

namespace Peak.Cli.Commands;

/// <summary>From a node set expression to names of hosts.</summary>
internal static class HostNodes
{
    private const string LastPrefix = "@last:";

    /// <exception cref="CommandFailure">It is not well-formed, or names a group that does not exist.</exception>
    public static IEnumerable<string> Expand(Cluster cluster, string expression, StateFolder state) =>
        expression.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SelectMany(part =>
            part.StartsWith(LastPrefix, StringComparison.Ordinal) ? Last(part[LastPrefix.Length..], state)
            : part is ['@', .. var group] ? Group(cluster, group)
            : [part]);

    private static IEnumerable<string> Group(Cluster cluster, string name) =>
        cluster.Groups.TryGet(name, out var group)
            ? group.Hosts.Select(h => h.Name)
            : throw CommandFailure.Unusable($"there is no group '{name}' in the cluster");

    private static IReadOnlyList<string> Last(string set, StateFolder state)
    {
        if (!LastRun.SetNames.Contains(set))
            throw CommandFailure.Unusable($"there is no '{LastPrefix}{set}': there are {string.Join(", ", LastRun.SetNames.Select(n => LastPrefix + n))}");
        return LastRun.Load(state)?.Set(set) ?? throw CommandFailure.Unusable("there was no run before");
    }
}
