using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Peak.Clusters.Hosting.Tests.HealthChecks;

public sealed class ClusterHealthCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bad_file_degrades_the_application_until_it_is_good_again()
    {
        string path = _folder.WriteOld("cluster", "GROUP:web\na\nb\n");
        using var live = new LiveCluster(path, more: services => services.AddHealthChecks().AddCluster());
        var health = live.Services.GetRequiredService<HealthCheckService>();

        var entry = await Check(health);
        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Equal(1L, entry.Data["version"]);
        Assert.Equal(2, entry.Data["hosts"]);
        Assert.Equal(1, entry.Data["groups"]);
        Assert.Equal(path, entry.Data["path"]);

        File.Delete(path);
        live.Settle();
        entry = await Check(health);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains(path, entry.Description, StringComparison.Ordinal);
        Assert.Equal(2, entry.Data["hosts"]);

        File.WriteAllText(path, "c\n");
        live.Settle();
        Assert.Equal(HealthStatus.Healthy, (await Check(health)).Status);
    }

    [Fact]
    public async Task The_application_says_how_bad_and_which_cluster()
    {
        using var services = new ServiceCollection().AddLogging()
            .AddKeyedCluster("east", options =>
            {
                options.Path = _folder["none"];
                options.ReloadOnChange = false;
            })
            .AddHealthChecks().AddCluster("east", "east", HealthStatus.Unhealthy, ["ready"]).Services
            .BuildServiceProvider();
        var report = await services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(r => r.Tags.Contains("ready"), TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["east"].Status);
    }

    private static async Task<HealthReportEntry> Check(HealthCheckService health) =>
        (await health.CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["cluster"];
}
