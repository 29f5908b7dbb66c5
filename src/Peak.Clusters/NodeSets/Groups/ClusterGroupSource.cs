namespace Peak.Clusters.NodeSets.Groups;

/// <summary>The groups of a cluster file.</summary>
internal sealed class ClusterGroupSource(Cluster cluster) : IGroupSource
{
    public string Name => "cluster";

    public IEnumerable<string> Groups => cluster.Groups.Select(g => g.Name);

    public NodeSetExpression All => field ??= NodeSetExpression.Of(NodesOf(cluster.All));

    public NodeSetExpression? Find(string group) =>
        cluster.Groups.TryGetValue(group, out var found) ? NodeSetExpression.Of(NodesOf(found)) : null;

    public IEnumerable<string> GroupsOf(string node) =>
        cluster.Hosts.TryGetValue(node, out var host) ? host.Groups.Select(g => g.Name) : [];

    private NodeSet NodesOf(HostGroup group)
    {
        // From bytes to bytes: no host and no string is made.
        var nodes = new NodeSetBuilder();
        foreach (int id in group.Hosts.Ids) nodes.Add(cluster.Model.NameOf(id));
        return nodes.Build();
    }
}
