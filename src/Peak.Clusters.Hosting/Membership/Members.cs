namespace Peak.Clusters.Hosting.Membership;

/// <summary>Certain hosts of whatever the cluster is at a time.</summary>
internal sealed class Members
{
    private readonly string _nodes;

    private Members(string nodes) => _nodes = nodes;

    public static Members Parse(string nodes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nodes);
        return new Members(nodes);
    }

    /// <summary>Whether this machine is one of them.</summary>
    public bool IncludeLocalHost(Cluster cluster) =>
        cluster.LocalHost is { } host
        && (_nodes.StartsWith('@')
            ? cluster.Groups.TryGet(_nodes[1..], out var group) && group.Hosts.Contains(host.Name)
            : host.Name == _nodes);

    public override string ToString() => _nodes;
}
