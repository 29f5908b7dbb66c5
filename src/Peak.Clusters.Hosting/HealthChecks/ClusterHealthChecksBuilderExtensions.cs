using Microsoft.Extensions.Diagnostics.HealthChecks;
using Peak.Clusters.Hosting;
using Peak.Clusters.Hosting.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health of a cluster file to the checks of an application.</summary>
public static class ClusterHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that is degraded while the newest file is bad and an earlier cluster stays in force. Its data has
    /// <c>version</c>, <c>since</c>, <c>path</c>, <c>hosts</c>, <c>groups</c> and <c>diagnostics</c>.
    /// </summary>
    /// <param name="builder">The checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="key">The key of the cluster; null for the one without a key.</param>
    /// <param name="failureStatus">What a bad file means for the application.</param>
    /// <param name="tags">The tags of the check.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddCluster(
        this IHealthChecksBuilder builder,
        string name = "cluster",
        string? key = null,
        HealthStatus failureStatus = HealthStatus.Degraded,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new HealthCheckRegistration(
            name, services => new ClusterHealthCheck(services.GetRequiredKeyedService<IClusterMonitor>(key)), failureStatus, tags));
    }
}
