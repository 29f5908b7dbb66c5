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
        TryGetValue(name, out var host) ? host : throw new KeyNotFoundException($"There is no host '{TerminalText.Escape(name)}' here.");

    /// <summary>Looks for a host by name.</summary>
    /// <param name="name">The exact name.</param>
    /// <param name="host">The host, if there is one.</param>
    /// <returns>Whether the list has it.</returns>
    public bool TryGetValue(string name, [NotNullWhen(true)] out ClusterHost? host)
    {
        int index = IndexOf(name);
        host = index >= 0 ? this[index] : null;
        return host is not null;
    }

    /// <summary>Whether the list has a host.</summary>
    /// <param name="name">The exact name.</param>
    public bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>The place of a host, from 0; -1 where the list has none of that name.</summary>
    /// <param name="name">The exact name.</param>
    public int IndexOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return PlaceOf(_cluster.FindName(name));
    }

    /// <summary>The place of a host, from 0; -1 where the list has none of that name.</summary>
    /// <param name="utf8Name">The exact name in UTF-8.</param>
    public int IndexOf(ReadOnlySpan<byte> utf8Name) => PlaceOf(_cluster.Model.Find(utf8Name));

    /// <summary>The name of the host at a place. No object is made for the host, as the list itself does.</summary>
    /// <param name="index">From 0.</param>
    public string GetName(int index) => _cluster.NameById(_ids[index]);

    /// <summary>The name of the host at a place, byte for byte as the file has it.</summary>
    /// <param name="index">From 0.</param>
    public ReadOnlySpan<byte> GetUtf8Name(int index) => _cluster.Model.NameOf(_ids[index]);

    /// <inheritdoc/>
    public IEnumerator<ClusterHost> GetEnumerator()
    {
        foreach (int id in _ids) yield return _cluster.HostById(id);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int PlaceOf(int id) => id < 0 ? -1 : Math.Max(-1, Array.BinarySearch(_ids, id));
}
