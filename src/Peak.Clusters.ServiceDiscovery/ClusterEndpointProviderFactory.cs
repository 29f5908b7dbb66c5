using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using Peak.Clusters.Hosting;

namespace Peak.Clusters.ServiceDiscovery;

/// <summary>Makes a provider for any service: whether a group has its name may change while the application runs.</summary>
internal sealed class ClusterEndpointProviderFactory(
    IServiceProvider services,
    IOptionsMonitor<ClusterEndpointProviderOptions> options,
    IOptions<ServiceDiscoveryOptions> discovery,
    TimeProvider time,
    ILogger<ClusterEndpointProvider> logger) : IServiceEndpointProviderFactory
{
    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        var monitor = options.CurrentValue.ClusterKey is { } key
            ? services.GetRequiredKeyedService<IClusterMonitor>(key)
            : services.GetRequiredService<IClusterMonitor>();
        provider = new ClusterEndpointProvider(query, monitor, options, discovery.Value.RefreshPeriod, time, logger);
        return true;
    }
}
