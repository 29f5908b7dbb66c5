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
        TryGetValue(name, out var group) ? group : throw new KeyNotFoundException($"There is no group '{TerminalText.Escape(name)}'.");

    /// <summary>Looks for a group by name.</summary>
    /// <param name="name">The exact name, <c>__all__</c> and <c>__orphans__</c> included.</param>
    /// <param name="group">The group, if there is one.</param>
    /// <returns>Whether there is such a group.</returns>
    public bool TryGetValue(string name, [NotNullWhen(true)] out HostGroup? group)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == Cluster.AllName) return (group = _cluster.All) is not null;
        if (name == Cluster.OrphansName) return (group = _cluster.Orphans) is not null;
        int index = IndexOf(name);
        group = index >= 0 ? this[index] : null;
        return group is not null;
    }

    /// <summary>Whether there is a group of a name.</summary>
    /// <param name="name">The exact name, <c>__all__</c> and <c>__orphans__</c> included.</param>
    public bool Contains(string name) => TryGetValue(name, out _);

    /// <summary>The place of a group, from 0; -1 where the file declares none of that name.</summary>
    /// <param name="name">The exact name.</param>
    public int IndexOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return PlaceOf(_cluster.FindName(name));
    }

    /// <summary>The place of a group, from 0; -1 where the file declares none of that name.</summary>
    /// <param name="utf8Name">The exact name in UTF-8.</param>
    public int IndexOf(ReadOnlySpan<byte> utf8Name) => PlaceOf(_cluster.Model.Find(utf8Name));

    /// <summary>The name of the group at a place. No object is made for the group, as the list itself does.</summary>
    /// <param name="index">From 0.</param>
    public string GetName(int index) => _cluster.NameById(_ids[index]);

    /// <summary>The name of the group at a place, byte for byte as the file has it.</summary>
    /// <param name="index">From 0.</param>
    public ReadOnlySpan<byte> GetUtf8Name(int index) => _cluster.Model.NameOf(_ids[index]);

    /// <inheritdoc/>
    public IEnumerator<HostGroup> GetEnumerator()
    {
        foreach (int id in _ids) yield return _cluster.GroupById(id);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int PlaceOf(int id) => id < 0 ? -1 : Math.Max(-1, Array.BinarySearch(_ids, id));
}
