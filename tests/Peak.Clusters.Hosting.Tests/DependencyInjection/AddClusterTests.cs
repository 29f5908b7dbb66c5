using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Peak.Clusters.Hosting.Tests.DependencyInjection;

public sealed class AddClusterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_needs_one_line()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["CLUSTER"] = _folder.WriteOld("cluster", "GROUP:web\nweb1\nweb2\n");
        builder.Services.AddCluster();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["web1", "web2"], host.Services.GetRequiredService<IClusterMonitor>().Current.Groups["web"].Hosts.Select(h => h.Name));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}
