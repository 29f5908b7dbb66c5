using Microsoft.Extensions.Hosting;

namespace Peak.Clusters.Hosting.DependencyInjection;

/// <summary>Makes a host read its cluster file when it starts, not when somebody first asks.</summary>
internal sealed class ClusterStarter(IClusterMonitor monitor) : IHostedService
{
    // Keeps what its creation has read.
    public IClusterMonitor Monitor => monitor;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
