using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Peak.Clusters.Hosting.HealthChecks;

/// <summary>Healthy while the newest file is the cluster in force.</summary>
internal sealed class ClusterHealthCheck(IClusterMonitor monitor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = monitor.State;
        var data = new Dictionary<string, object>
        {
            ["version"] = state.Version,
            ["since"] = state.Since,
            ["hosts"] = state.Cluster.Hosts.Count,
            ["groups"] = state.Cluster.Groups.Count,
            ["diagnostics"] = state.Diagnostics.Select(d => d.ToString()).ToArray(),
        };
        if (state.Path is not null) data["path"] = state.Path;
        string inForce =
            $"Cluster version {state.Version} ({state.Cluster.Hosts.Count} hosts, {state.Cluster.Groups.Count} groups) is in force.";
        return Task.FromResult(state.Problem is { } problem
            ? new HealthCheckResult(context.Registration.FailureStatus, $"{problem.Message} {inForce}", data: data)
            : HealthCheckResult.Healthy(inForce, data));
    }
}
