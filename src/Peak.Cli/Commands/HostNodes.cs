using Peak.Cli.State;
using Peak.Clusters;
using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands;

/// <summary>From a node set expression to names of hosts.</summary>
internal sealed class HostNodes(Cluster cluster, StateFolder state)
{
    private readonly GroupSources _sources = new(cluster, new LastRunSource(state));

    /// <summary>The hosts of an expression; those of a single group of the cluster in the file's order.</summary>
    /// <exception cref="CommandFailure">It is not well-formed, or names a group that does not exist.</exception>
    public IEnumerable<string> Expand(string expression)
    {
        if (expression is ['@', .. var name] && cluster.Groups.TryGet(name, out var group)) return group.Hosts.Select(h => h.Name);
        if (!NodeSetExpression.TryParse(expression, out var parsed, out var error) || !parsed.TryEvaluate(_sources, out var nodes, out error))
            throw CommandFailure.Unusable($"in the node set '{Printable.Escape(expression)}': {error!.Message} {error.Remedy}".TrimEnd());
        return nodes;
    }
}
