using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Peak.Clusters;

/// <summary>Hosts of a cluster in the file's order, each once, and by name. Immutable.</summary>
/// <remarks>By index and by name a host is found in O(1) and O(log n); names are compared byte for byte.</remarks>
public sealed class HostList : IReadOnlyList<ClusterHost>
{
    private readonly Cluster _cluster;
    private readonly int[] _ids;

    internal HostList(Cluster cluster, int[] ids)
    {
        _cluster = cluster;
        _ids = ids;
    }

    internal ReadOnlySpan<int> Ids => _ids;

    /// <summary>The number of hosts.</summary>
    public int Count => _ids.Length;

    /// <summary>The host at a place.</summary>
    /// <param name="index">From 0.</param>
    public ClusterHost this[int index] => _cluster.HostById(_ids[index]);

    /// <summary>The host of a name.</summary>
    /// <param name="name">The exact name.</param>
    /// <exception cref="KeyNotFoundException">The list has no such host.</exception>
    public ClusterHost this[string name] =>
        TryGetValue(name, out var host) ? host : throw new KeyNotFoundException($"There is no host '{name}' here.");

    /// <summary>Looks for a host by name.</summary>
    /// <param name="name">The exact name.</param>
    /// <param name="host">The host, if there is one.</param>
    /// <returns>Whether the list has it.</returns>
    public bool TryGetValue(string name, [NotNullWhen(true)] out ClusterHost? host)
    {
        ArgumentNullException.ThrowIfNull(name);
        int id = _cluster.FindName(name);
        host = id >= 0 && Array.BinarySearch(_ids, id) >= 0 ? _cluster.HostById(id) : null;
        return host is not null;
    }

    /// <summary>Whether the list has a host.</summary>
    /// <param name="name">The exact name.</param>
    public bool Contains(string name) => TryGetValue(name, out _);

    /// <inheritdoc/>
    public IEnumerator<ClusterHost> GetEnumerator()
    {
        foreach (int id in _ids) yield return _cluster.HostById(id);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
