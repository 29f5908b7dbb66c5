using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Peak.Clusters.Hosting.Tests;

/// <summary>An application with a cluster, whose time stands still until it is told to go on.</summary>
internal sealed class LiveCluster : IDisposable
{
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);
    private readonly ServiceProvider _services;

    public LiveCluster(string? path, Action<ClusterFileOptions>? configure = null, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(Log));
        services.AddCluster(options =>
        {
            options.Path = path;
            options.TimeProvider = Time;
            options.UseNotifications = false;
            configure?.Invoke(options);
        });
        more?.Invoke(services);
        _services = services.BuildServiceProvider();
        Monitor = _services.GetRequiredService<IClusterMonitor>();
    }

    /// <summary>Begins at the real time, because files have theirs.</summary>
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public LogRecorder Log { get; } = new();

    public IClusterMonitor Monitor { get; }

    public IServiceProvider Services => _services;

    public string Hosts => string.Join(' ', Monitor.Current.Hosts.Select(h => h.Name));

    /// <summary>Lets a poll come, and then quiet enough for any text.</summary>
    public void Settle()
    {
        Time.Advance(TimeSpan.FromSeconds(5));
        for (int i = 0; i < 5; i++) Time.Advance(Quiet);
    }

    public void Dispose() => _services.Dispose();
}
