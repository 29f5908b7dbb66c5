using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Peak.Clusters.Diagnostics;
using Peak.Clusters.Hosting.Configuration;
using Peak.Clusters.Hosting.Monitoring;

namespace Peak.Clusters.Hosting.DependencyInjection;

/// <summary>
/// A monitor as a service: that of the configuration, if it follows the same file, so that both always say the same;
/// else one of its own.
/// </summary>
internal sealed class ClusterService : IClusterMonitor, IDisposable
{
    private readonly ClusterMonitor _monitor;
    private readonly IDisposable _metrics;
    private bool _disposed;

    private ClusterService(ClusterMonitor monitor, IDisposable metrics)
    {
        _monitor = monitor;
        _metrics = metrics;
    }

    public ClusterMonitorState State => _monitor.State;

    public Cluster Current => _monitor.Current;

    public long Version => _monitor.Version;

    public IReadOnlyList<Diagnostic> Diagnostics => _monitor.State.Diagnostics;

    public static ClusterService Create(IServiceProvider services, string name)
    {
        var options = services.GetRequiredService<IOptionsMonitor<ClusterFileOptions>>().Get(name);
        options.Validate();
        var configuration = services.GetService<IConfiguration>();
        var monitor = (configuration is null ? null : FindShared(configuration, options)) ?? new ClusterMonitor(options, configuration);
        if (services.GetService<ILoggerFactory>() is { } loggers) monitor.LogTo(loggers.CreateLogger("Peak.Clusters"));
        return new ClusterService(
            monitor, ClusterMetrics.Measure(monitor, name, services.GetService<IMeterFactory>(), options.TimeProvider));
    }

    public IChangeToken GetChangeToken() => _monitor.GetChangeToken();

    public IDisposable OnChange(Action<Cluster> listener) => _monitor.OnChange(listener);

    public IDisposable OnStateChange(Action<ClusterMonitorState> listener) => _monitor.OnStateChange(listener);

    public void Dispose()
    {
        // A container disposes what it has under two types twice, and the monitor counts its users.
        if (Interlocked.Exchange(ref _disposed, true)) return;
        _metrics.Dispose();
        _monitor.Dispose();
    }

    private static ClusterMonitor? FindShared(IConfiguration configuration, ClusterFileOptions options)
    {
        if (configuration is not IConfigurationRoot root) return null;
        string? path = ClusterFileName.Find(options, configuration);
        if (path is not null) path = Path.GetFullPath(path);
        foreach (var provider in root.Providers.Reverse())
        {
            if (provider is ChainedConfigurationProvider chained && FindShared(chained.Configuration, options) is { } inner) return inner;
            if (provider is ClusterConfigurationProvider { Monitor: { } monitor } && monitor.State.Path == path && monitor.TryShare())
                return monitor;
        }

        return null;
    }
}
