using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Peak.Clusters;

/// <summary>
/// The groups that a cluster's file declares, in its order; by name also the implied <c>__all__</c> and
/// <c>__orphans__</c>. Immutable.
/// </summary>
public sealed class HostGroupList : IReadOnlyList<HostGroup>
{
    private readonly Cluster _cluster;
    private readonly int[] _ids;

    internal HostGroupList(Cluster cluster, int[] ids)
    {
        _cluster = cluster;
        _ids = ids;
    }

    /// <summary>The number of groups, without the implied ones.</summary>
    public int Count => _ids.Length;

    /// <summary>The group at a place.</summary>
    /// <param name="index">From 0.</param>
    public HostGroup this[int index] => _cluster.GroupById(_ids[index]);

    /// <summary>The group of a name.</summary>
    /// <param name="name">The exact name, <c>__all__</c> and <c>__orphans__</c> included.</param>
    /// <exception cref="KeyNotFoundException">There is no such group.</exception>
    public HostGroup this[string name] =>
        TryGetValue(name, out var group) ? group : throw new KeyNotFoundException($"There is no group '{name}'.");

    /// <summary>Looks for a group by name.</summary>
    /// <param name="name">The exact name, <c>__all__</c> and <c>__orphans__</c> included.</param>
    /// <param name="group">The group, if there is one.</param>
    /// <returns>Whether there is such a group.</returns>
    public bool TryGetValue(string name, [NotNullWhen(true)] out HostGroup? group)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == Cluster.AllName) return (group = _cluster.All) is not null;
        if (name == Cluster.OrphansName) return (group = _cluster.Orphans) is not null;
        int id = _cluster.FindName(name);
        group = id >= 0 && Array.BinarySearch(_ids, id) >= 0 ? _cluster.GroupById(id) : null;
        return group is not null;
    }

    /// <summary>Whether there is a group of a name.</summary>
    /// <param name="name">The exact name, <c>__all__</c> and <c>__orphans__</c> included.</param>
    public bool Contains(string name) => TryGetValue(name, out _);

    /// <inheritdoc/>
    public IEnumerator<HostGroup> GetEnumerator()
    {
        foreach (int id in _ids) yield return _cluster.GroupById(id);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
