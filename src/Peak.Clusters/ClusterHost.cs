using Peak.Clusters.Definition;

namespace Peak.Clusters;

/// <summary>A host of a <see cref="Clusters.Cluster"/>. Immutable; one object for each host and cluster.</summary>
public sealed class ClusterHost
{
    private readonly Cluster _cluster;
    private readonly int _id;

    internal ClusterHost(Cluster cluster, int id)
    {
        _cluster = cluster;
        _id = id;
        Name = Utf8Names.Decode(cluster.Model.NameOf(id));
    }

    /// <summary>The name exactly as the file has it; never altered.</summary>
    public string Name { get; }

    /// <summary>
    /// Every group the host belongs to, through lumps too, in the file's order, without <c>__orphans__</c> and
    /// <c>__all__</c>.
    /// </summary>
    public IReadOnlyList<HostGroup> Groups => field ??= [.. _cluster.Model.GroupsOf(_id).Select(_cluster.GroupById)];

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
