using System.Globalization;
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
        _groups = new ConfigurationNames(
            cluster.Groups.Count, cluster.Groups.GetUtf8Name, cluster.Groups.GetName, cluster.Groups.IndexOf,
            (Cluster.AllName, All), (Cluster.OrphansName, Orphans));
        _hosts = new ConfigurationNames(
            cluster.Hosts.Count, cluster.Hosts.GetUtf8Name, cluster.Hosts.GetName, cluster.Hosts.IndexOf);
    }

    // The places of groups that the list of groups does not have.
    private const int All = -1, Orphans = -2;

    /// <summary>The snapshot.</summary>
    public Cluster Cluster => _cluster;

    /// <summary>The value of a key below the section.</summary>
    /// <returns>Whether there is such a key; a section has no value of its own.</returns>
    public bool TryGetValue(ReadOnlySpan<char> key, out string? value)
    {
        value = null;
        var at = new Place(key);
        switch (at.Kind)
        {
            case Kind.HostName:
                value = _cluster.HostName;
                break;
            case Kind.ShortName:
                value = _cluster.ShortName;
                break;
            case Kind.Groups when at.HasName && FindGroup(at.Name) is { } group:
                value = at.Index < 0 ? group.Name : at.Index < group.Hosts.Count ? group.Hosts[at.Index].Name : null;
                break;
            case Kind.Hosts when at.HasName && FindHost(at.Name) is { } host:
                value = at.Index < 0 ? host.Name : at.Index < host.Groups.Count ? host.Groups[at.Index].Name : null;
                break;
        }

        return value is not null;
    }

    /// <summary>The keys directly below a key, in order; for the section itself, that is the empty one.</summary>
    public IEnumerable<string> Children(ReadOnlySpan<char> key)
    {
        if (key.IsEmpty) return ["groups", "hosts", "hostname", "shortname"];
        var at = new Place(key);
        bool ofName = at.HasName && at.Index < 0;
        return at.Kind switch
        {
            Kind.Groups when ofName => Numbers(FindGroup(at.Name)?.Hosts.Count ?? 0),
            Kind.Hosts when ofName => Numbers(FindHost(at.Name)?.Groups.Count ?? 0),
            Kind.Groups when !at.HasName => _groups.Keys,
            Kind.Hosts when !at.HasName => _hosts.Keys,
            _ => [],
        };

        static IEnumerable<string> Numbers(int count) => Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Whether a key below the section is this class's to answer.</summary>
    public static bool Owns(ReadOnlySpan<char> key) => new Place(key).Kind != Kind.None;

    /// <summary>What configuration can't say of the cluster as its file has it, where the file says it.</summary>
    public IReadOnlyList<Diagnostic> Check(ClusterFile file)
    {
        var found = new Dictionary<string, Func<ClusterFile, ClusterLine, Diagnostic>>(StringComparer.Ordinal);
        foreach (var (names, what) in ((ConfigurationNames, string)[])[(_groups, "group"), (_hosts, "host")])
        {
            foreach (string name in names.Renamed)
                found[name] = (file, line) => ConfigurationDiagnostics.Renamed(file, line, what, name);
            foreach (var (hidden, owner) in names.Conflicts)
                found[hidden] = (file, line) => ConfigurationDiagnostics.Hidden(file, line, what, hidden, owner);
        }

        var diagnostics = new List<Diagnostic>();
        if (found.Count == 0) return diagnostics;
        foreach (var line in file.Lines)
            if (line.Name.Length > 0 && found.Remove(file.GetText(line.Name), out var describe)) diagnostics.Add(describe(file, line));
        return diagnostics;
    }

    private HostGroup? FindGroup(ReadOnlySpan<char> key) => !_groups.TryFind(key, out int place) ? null
        : place == All ? _cluster.All
        : place == Orphans ? _cluster.Orphans
        : _cluster.Groups[place];

    private ClusterHost? FindHost(ReadOnlySpan<char> key) => _hosts.TryFind(key, out int place) ? _cluster.Hosts[place] : null;

    /// <summary>A key in its parts: <c>groups:web:12</c> is (Groups, "web", 12). No key of a name has a <c>:</c>.</summary>
    private readonly ref struct Place
    {
        public Place(ReadOnlySpan<char> key)
        {
            Index = -1;
            int colon = key.IndexOf(':');
            Kind = KindOf(colon < 0 ? key : key[..colon]);
            if (colon < 0) return;
            if (Kind is not (Kind.Groups or Kind.Hosts)) Kind = Kind.None;
            HasName = true;
            Name = key[(colon + 1)..];
            int second = Name.IndexOf(':');
            if (second < 0) return;
            Index = int.TryParse(Name[(second + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                ? index : int.MaxValue;
            Name = Name[..second];
        }

        public Kind Kind { get; }

        public bool HasName { get; }

        public ReadOnlySpan<char> Name { get; }

        /// <summary>The number below the name; -1 for the name itself, the greatest for what is no number.</summary>
        public int Index { get; }
    }

    private static Kind KindOf(ReadOnlySpan<char> key) =>
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
