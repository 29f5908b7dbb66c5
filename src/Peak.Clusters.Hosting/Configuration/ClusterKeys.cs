using System.Globalization;
using Microsoft.Extensions.Configuration;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Hosting.Configuration;

/// <summary>
/// The properties of one cluster as keys below a section. A name has itself as value and its hosts or groups as
/// numbered children, so that <c>groups</c> binds to the names as well as to a dictionary of the hosts.
/// </summary>
internal sealed class ClusterKeys
{
    private readonly Cluster _cluster;
    private readonly ConfigurationNames _groups;
    private readonly ConfigurationNames _hosts;

    public ClusterKeys(Cluster cluster)
    {
        _cluster = cluster;
        var model = cluster.Model;
        _groups = new ConfigurationNames(
            model, model.GroupIds, (Cluster.AllName, Cluster.AllId), (Cluster.OrphansName, OrphansId));
        _hosts = new ConfigurationNames(model, model.HostIds);
    }

    private const int OrphansId = -2;

    /// <summary>The snapshot.</summary>
    public Cluster Cluster => _cluster;

    /// <summary>The value of a key below the section.</summary>
    /// <returns>Whether there is such a key; a section has no value of its own.</returns>
    public bool TryGet(string key, out string? value)
    {
        value = null;
        var (kind, name, index) = Split(key);
        switch (kind)
        {
            case Kind.HostName:
                value = _cluster.HostName;
                break;
            case Kind.ShortName:
                value = _cluster.ShortName;
                break;
            case Kind.Groups when name is not null && FindGroup(name) is { } group:
                value = index is null ? group.Name : index < group.Hosts.Count ? group.Hosts[index.Value].Name : null;
                break;
            case Kind.Hosts when name is not null && FindHost(name) is { } host:
                value = index is null ? host.Name : index < host.Groups.Count ? host.Groups[index.Value].Name : null;
                break;
        }

        return value is not null;
    }

    /// <summary>The keys directly below a key, in order; for the section itself, that is the empty one.</summary>
    public IEnumerable<string> Children(string key)
    {
        if (key.Length == 0) return ["groups", "hosts", "hostname", "shortname"];
        var (kind, name, index) = Split(key);
        int count = (kind, index) switch
        {
            (Kind.Groups, null) when name is not null => FindGroup(name)?.Hosts.Count ?? 0,
            (Kind.Hosts, null) when name is not null => FindHost(name)?.Groups.Count ?? 0,
            _ => 0,
        };
        return name is not null ? Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))
            : kind is Kind.Groups ? _groups.Keys
            : kind is Kind.Hosts ? _hosts.Keys
            : [];
    }

    /// <summary>Whether a key below the section is this class's to answer.</summary>
    public static bool Owns(string key) => Split(key).Kind != Kind.None;

    /// <summary>What configuration can't say of the cluster as its file has it, where the file says it.</summary>
    public IReadOnlyList<Diagnostic> Check(ClusterFile file)
    {
        var found = new Dictionary<string, Func<ClusterFile, ClusterLine, Diagnostic>>(StringComparer.Ordinal);
        foreach (var (names, what) in ((ConfigurationNames, string)[])[(_groups, "group"), (_hosts, "host")])
        {
            foreach (int id in names.Renamed)
                found[_cluster.NameById(id)] = (file, line) => Problems.Renamed(file, line, what, _cluster.NameById(id));
            foreach (var (hidden, owner) in names.Conflicts)
                found[_cluster.NameById(hidden)] = (file, line) => Problems.Hidden(file, line, what, _cluster.NameById(hidden), OwnerName(owner));
        }

        var diagnostics = new List<Diagnostic>();
        if (found.Count == 0) return diagnostics;
        foreach (var line in file.Lines)
            if (line.Name.Length > 0 && found.Remove(file.GetText(line.Name), out var describe)) diagnostics.Add(describe(file, line));
        return diagnostics;

        string OwnerName(int id) => id == Cluster.AllId ? Cluster.AllName : id == OrphansId ? Cluster.OrphansName : _cluster.NameById(id);
    }

    private HostGroup? FindGroup(string key) => !_groups.TryFind(key, out int id) ? null
        : id == Cluster.AllId ? _cluster.All
        : id == OrphansId ? _cluster.Orphans
        : _cluster.GroupById(id);

    private Host? FindHost(string key) => _hosts.TryFind(key, out int id) ? _cluster.HostById(id) : null;

    /// <summary><c>groups:web:12</c> is (Groups, "web", 12). No key of a name has a <c>:</c>.</summary>
    private static (Kind Kind, string? Name, int? Index) Split(string key)
    {
        int colon = key.IndexOf(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
        var kind = Kinds(colon < 0 ? key : key.AsSpan(0, colon));
        if (colon < 0) return (kind, null, null);
        if (kind is not (Kind.Groups or Kind.Hosts)) return default;
        string name = key[(colon + 1)..];
        int second = name.IndexOf(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
        if (second < 0) return (kind, name, null);
        return int.TryParse(name.AsSpan(second + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? (kind, name[..second], index)
            : (kind, name[..second], int.MaxValue);
    }

    private static Kind Kinds(ReadOnlySpan<char> key) =>
        key.Equals("groups", StringComparison.OrdinalIgnoreCase) ? Kind.Groups
        : key.Equals("hosts", StringComparison.OrdinalIgnoreCase) ? Kind.Hosts
        : key.Equals("hostname", StringComparison.OrdinalIgnoreCase) ? Kind.HostName
        : key.Equals("shortname", StringComparison.OrdinalIgnoreCase) ? Kind.ShortName
        : Kind.None;

    private enum Kind
    {
        None,
        HostName,
        ShortName,
        Groups,
        Hosts,
    }
}
