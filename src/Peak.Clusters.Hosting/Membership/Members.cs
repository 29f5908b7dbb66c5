using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Hosting.Membership;

/// <summary>Certain hosts of whatever the cluster is at a time.</summary>
internal sealed class Members
{
    private readonly NodeSetExpression _nodes;

    private Members(NodeSetExpression nodes) => _nodes = nodes;

    public static Members Parse(string nodes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nodes);
        return new Members(NodeSetExpression.Parse(nodes));
    }

    /// <summary>Whether this machine is one of them; an expression that has no meaning in the cluster includes nobody.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="error">Why the expression has no meaning in it.</param>
    public bool IncludeLocalHost(Cluster cluster, out NodeSetError? error)
    {
        error = null;
        return cluster.LocalHost is { } host
            && _nodes.TryEvaluate(new GroupSources(cluster), out var nodes, out error)
            && nodes.Contains(host.Name);
    }

    public override string ToString() => _nodes.ToString();
}
