using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Peak.Clusters.Hosting.Tests.DependencyInjection;

public sealed class LoggingTests : IDisposable
{
    // Names that configuration can't keep apart: a diagnostic wherever configuration shows the cluster.
    private const string Ambiguous = "GROUP:web\na\nGROUP:WEB\nb\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_version_is_logged_with_its_size()
    {
        string path = _folder.WriteOld("cluster", "a\n");
        using var live = new LiveCluster(path);
        File.WriteAllText(path, "GROUP:web\na\nb\n");
        live.Settle();
        Assert.Equal(
            [$"Cluster version 1 from {path}: 1 hosts, 0 groups.", $"Cluster version 2 from {path}: 2 hosts, 1 groups."], live.Log.Texts);
    }

    [Fact]
    public void Each_diagnostic_is_logged_once_with_its_place_even_if_configuration_found_it_first()
    {
        string path = _folder.WriteOld("cluster", Ambiguous);
        var log = new LogRecorder();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        void Quietly(ClusterFileOptions options)
        {
            options.Path = path;
            options.TimeProvider = time;
            options.UseNotifications = false;
        }

        void Write(string text)
        {
            File.WriteAllText(path, text);
            time.Advance(TimeSpan.FromSeconds(5));
            time.Advance(LiveCluster.Quiet);
        }

        using var configuration = new ConfigurationManager();
        configuration.AddCluster(Quietly);
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddSingleton<IConfiguration>(configuration)
            .AddCluster(Quietly)
            .BuildServiceProvider();
        var monitor = services.GetRequiredService<IClusterMonitor>();
        Write(Ambiguous + "c\n");
        var found = Assert.Single(log.Entries, e => e.Level == LogLevel.Warning && e.Text.Contains("PEAK302", StringComparison.Ordinal));
        Assert.StartsWith($"{path}:3:7: warning PEAK302: The group 'WEB'", found.Text, StringComparison.Ordinal);
        Assert.Contains(monitor.Diagnostics, d => d.Code == "PEAK302");

        Write("GROUP:other\na\n");
        Assert.Empty(monitor.Diagnostics);
        Write(Ambiguous);
        Assert.Equal(2, log.Texts.Count(text => text.Contains("PEAK302", StringComparison.Ordinal)));
    }
}
