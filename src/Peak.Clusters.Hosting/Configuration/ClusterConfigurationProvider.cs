using Microsoft.Extensions.Configuration;
using Peak.Clusters.Hosting.Monitoring;

namespace Peak.Clusters.Hosting.Configuration;

/// <summary>
/// The properties of a cluster as configuration. Nothing is copied: keys are answered from the snapshot when asked for.
/// </summary>
internal sealed class ClusterConfigurationProvider : ConfigurationProvider, IDisposable
{
    private readonly string _section;
    private readonly IDisposable? _subscription;
    private volatile ClusterKeys _keys;

    /// <summary>Follows a monitor, of which the provider is a user.</summary>
    public ClusterConfigurationProvider(string section, ClusterMonitor monitor)
    {
        _section = section;
        Monitor = monitor;
        _keys = new ClusterKeys(monitor.Current);
        _subscription = monitor.OnChange(cluster =>
        {
            _keys = new ClusterKeys(cluster);
            OnReload();
        });
        // A change that came before the subscription was announced to nobody.
        while (_keys.Cluster != monitor.Current) _keys = new ClusterKeys(monitor.Current);
    }

    /// <summary>Shows one snapshot.</summary>
    public ClusterConfigurationProvider(string section, Cluster cluster)
    {
        _section = section;
        _keys = new ClusterKeys(cluster);
    }

    public ClusterMonitor? Monitor { get; }

    // Data never has a key of the cluster's own, because Set refuses those.
    public override bool TryGet(string key, out string? value) =>
        (IsPrefix(_section, key) && _keys.TryGetValue(Below(key), out value)) || base.TryGet(key, out value);

    /// <summary>The cluster's own keys can't be set; every other key can, as in any provider.</summary>
    public override void Set(string key, string? value)
    {
        if (!IsOwn(key)) base.Set(key, value);
    }

    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        var own = parentPath is null || IsPrefix(parentPath, _section) ? [NextPart(parentPath)]
            : string.Equals(parentPath, _section, StringComparison.OrdinalIgnoreCase) ? _keys.Children("")
            : IsOwn(parentPath) ? _keys.Children(Below(parentPath))
            : [];
        var keys = own.Concat(earlierKeys);
        return Data.Count == 0 ? keys : base.GetChildKeys(keys, parentPath);
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        Monitor?.Dispose();
    }

    private bool IsOwn(string key) => IsPrefix(_section, key) && ClusterKeys.Owns(Below(key));

    private ReadOnlySpan<char> Below(string key) => key.AsSpan(_section.Length + 1);

    private static bool IsPrefix(string section, string key) =>
        key.Length > section.Length && key[section.Length] == ':' && key.StartsWith(section, StringComparison.OrdinalIgnoreCase);

    private string NextPart(string? parentPath)
    {
        string rest = parentPath is null ? _section : _section[(parentPath.Length + 1)..];
        return rest.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? rest[..colon] : rest;
    }
}
