using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Peak.Clusters.Properties;

namespace Peak.Clusters.Hosting.DependencyInjection;

/// <summary>The properties of snapshots and of the application.</summary>
internal sealed class ClusterPropertyMaps(IConfiguration? configuration = null)
{
    private const string Main = "__main__.";

    private readonly ConditionalWeakTable<Cluster, PropertyMap> _shared = [];

    /// <summary>The rules of a snapshot are made once; each scope has its own map before them, for rules of its own.</summary>
    public PropertyMap Create(Cluster cluster) => new(_shared.GetValue(cluster, Share));

    private PropertyMap Share(Cluster cluster)
    {
        var map = new PropertyMap().AddEnvironment().AddCluster(cluster);
        return configuration is null ? map : map.Set(PropertyName.Parse(Main + "*"), (map, name) => Find(map, name, configuration));
    }

    /// <summary><c>__main__.Logging.Level</c> is the setting <c>Logging:Level</c>, else <c>environ.Logging.Level</c>.</summary>
    private static PropertyValue? Find(PropertyMap map, string name, IConfiguration configuration)
    {
        string key = name[Main.Length..];
        string? setting = configuration[key] ?? configuration[key.Replace('.', ':')];
        if (setting is not null) return new PropertyValue(setting);
        return map.TryGetValue("environ." + key, out var value) ? value : null;
    }
}
