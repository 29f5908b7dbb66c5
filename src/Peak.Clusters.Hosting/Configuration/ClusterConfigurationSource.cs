using Microsoft.Extensions.Configuration;
using Peak.Clusters.Hosting.Monitoring;

namespace Peak.Clusters.Hosting.Configuration;

/// <summary>The cluster as a source of configuration.</summary>
internal sealed class ClusterConfigurationSource(ClusterFileOptions options) : IConfigurationSource
{
    private ClusterMonitor? _monitor;

    public IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        // A builder that is its own configuration builds its sources again whenever one is inserted; they share one monitor.
        if (_monitor is null || !_monitor.TryShare()) _monitor = CreateMonitor(builder);
        return new ClusterConfigurationProvider(options.Section, _monitor);
    }

    private ClusterMonitor CreateMonitor(IConfigurationBuilder builder)
    {
        if (builder is IConfiguration live) return new ClusterMonitor(options, live, Check);
        if (!string.IsNullOrEmpty(options.Path)) return new ClusterMonitor(options, null, Check);

        // Only what was added before this source can be asked, and only now.
        var earlier = builder.Sources.TakeWhile(source => source != this).Select(source => source.Build(builder));
        using var root = new ConfigurationRoot([.. earlier]);
        return new ClusterMonitor(options.WithPath(ClusterFileName.Find(options, root)), null, Check);
    }

    private static IReadOnlyList<Diagnostics.Diagnostic> Check(Definition.ClusterFile file, Cluster cluster) =>
        new ClusterKeys(cluster).Check(file);
}

/// <summary>One snapshot as a source of configuration.</summary>
internal sealed class ClusterSnapshotSource(Cluster cluster, string section) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new ClusterConfigurationProvider(section, cluster);
}
