using Peak.Clusters.Definition;

namespace Peak.Clusters;

/// <summary>How a file declares a group; both flags where it does both, none where only a lump mentions the name.</summary>
[Flags]
public enum HostGroupKinds
{
    /// <summary>Only a lump mentions the name; the group is empty.</summary>
    Undeclared = 0,

    /// <summary>By a <c>GROUP:</c> section, or implied (<c>__orphans__</c>, <c>__all__</c>).</summary>
    Group = 1,

    /// <summary>By a <c>LUMP:</c> section.</summary>
    Lump = 2,
}

/// <summary>A named, ordered set of hosts of a <see cref="Cluster"/>. Immutable; one object for each group and cluster.</summary>
public sealed class HostGroup
{
    private readonly Cluster _cluster;
    private readonly int _id;

    internal HostGroup(Cluster cluster, string name, int id)
    {
        _cluster = cluster;
        _id = id;
        Name = name;
    }

    /// <summary>The name exactly as the file has it, or <c>__all__</c> or <c>__orphans__</c>.</summary>
    public string Name { get; }

    /// <summary>How the file declares it.</summary>
    public HostGroupKinds Kinds => IsAll
        ? HostGroupKinds.Group
        : ((_cluster.Model.RolesOf(_id) & NameRoles.Group) != 0 || _id == _cluster.Model.OrphansId ? HostGroupKinds.Group : 0)
            | ((_cluster.Model.RolesOf(_id) & NameRoles.Lump) != 0 ? HostGroupKinds.Lump : 0);

    /// <summary>The names listed below the group's sections, in order of listing, each once: hosts, or groups of a lump.</summary>
    public IReadOnlyList<string> Members => field ??= IsAll
        ? [.. Hosts.Select(h => h.Name)]
        : [.. Distinct(_cluster.Model.MembersOf(_id)).Select(_cluster.NameById)];

    /// <summary>All hosts that can be reached from the group, in the file's order, each once.</summary>
    public HostList Hosts => field ??=
        IsAll ? _cluster.Hosts : new HostList(_cluster, _cluster.Model.HostsOf(_id));

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private bool IsAll => _id == Cluster.AllId;

    private static IEnumerable<int> Distinct(ReadOnlySpan<int> ids) => ids.ToArray().Distinct();
}
