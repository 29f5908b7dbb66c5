using Microsoft.Extensions.Hosting;

namespace Peak.Clusters.Hosting.DependencyInjection;

/// <summary>Makes a host read its cluster file when it starts, not when somebody first asks.</summary>
internal sealed class ClusterStarter(IClusterMonitor monitor) : IHostedService
{
    // Creating the monitor has read the file; nothing else is to be done at the start.
    public IClusterMonitor Monitor => monitor;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
