using Peak.Clusters;
using Peak.Clusters.ClusterShell;
using Peak.Clusters.NodeSets;

namespace Peak.Cli;

/// <summary>
/// The groups that a node set may name: those of the cluster, which are the source <c>cluster</c>, and those of
/// ClusterShell's configuration. Both are read when first asked for.
/// </summary>
/// <remarks>
/// The default source is the cluster where a cluster file is named; else ClusterShell's default, if it has one; else
/// the cluster, which is then this machine alone.
/// </remarks>
internal sealed class NodeGroups
{
    public const string ClusterSource = "cluster";

    private readonly bool _hasClusterFile;
    private readonly Lazy<Cluster> _cluster;
    private readonly Lazy<GroupSourceCatalog> _catalog;
    private readonly Dictionary<(string Source, string Group), NodeSet?> _nodes = [];
    private readonly Stack<(string Source, string Group)> _open = [];
    private string? _default;

    public NodeGroups(bool hasClusterFile, Func<Cluster> cluster, Func<GroupSourceCatalog> catalog) =>
        (_hasClusterFile, _cluster, _catalog) = (hasClusterFile, new(cluster), new(catalog));
}
