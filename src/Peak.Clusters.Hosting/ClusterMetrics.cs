using System.Diagnostics.Metrics;
using Peak.Clusters.Hosting.Monitoring;

namespace Peak.Clusters.Hosting;

/// <summary>The metrics of one monitor, under the names that docs/hosting.md lists.</summary>
internal static class ClusterMetrics
{
    public const string MeterName = "Peak.Clusters";

    /// <summary>Creates the instruments.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="name">The key of the cluster; empty for the one without a key, which then has no tag.</param>
    /// <param name="factory">Makes the meter, where the application has one.</param>
    /// <param name="clock">The clock of the age.</param>
    /// <returns>Ends the measurements when disposed.</returns>
    public static IDisposable Measure(ClusterMonitor monitor, string name, IMeterFactory? factory, TimeProvider clock)
    {
        KeyValuePair<string, object?>[] tags = name.Length == 0 ? [] : [new("peak.cluster.name", name)];
        var options = new MeterOptions(MeterName) { Tags = tags };
        var meter = factory?.Create(options) ?? new Meter(options);
        var reloads = meter.CreateCounter<long>("peak.cluster.reloads", "{reload}", "Times that a new version came into force.");
        var failures = meter.CreateCounter<long>("peak.cluster.reload.failures", "{failure}", "Times that the newest file was found bad.");
        meter.CreateObservableUpDownCounter(
            "peak.cluster.hosts", () => monitor.Current.Hosts.Count, "{host}", "Hosts of the cluster in force.");
        meter.CreateObservableUpDownCounter(
            "peak.cluster.groups", () => monitor.Current.Groups.Count, "{group}", "Groups of the cluster in force.");
        meter.CreateObservableGauge(
            "peak.cluster.version.age", () => (clock.GetUtcNow() - monitor.State.Since).TotalSeconds, "s",
            "Time since the cluster in force came into force.");

        var last = monitor.State;
        var subscription = monitor.OnStateChange(state =>
        {
            if (state.Version != last.Version) reloads.Add(1);
            if (state.Problem != last.Problem) CountProblem(state);
            last = state;
        });
        CountProblem(last);
        return new Ending(subscription, factory is null ? meter : null);

        void CountProblem(ClusterMonitorState state)
        {
            if (state.Problem is { } problem) failures.Add(1, new KeyValuePair<string, object?>("error.type", NameOf(problem.Kind)));
        }
    }

    private static string NameOf(ClusterProblemKind kind) => kind switch
    {
        ClusterProblemKind.Missing => "missing",
        ClusterProblemKind.Unreadable => "unreadable",
        ClusterProblemKind.Errors => "errors",
        ClusterProblemKind.NoHosts => "no_hosts",
        ClusterProblemKind.Changing => "changing",
        _ => "_OTHER",
    };

    /// <summary>A factory disposes its meters itself.</summary>
    private sealed class Ending(IDisposable subscription, Meter? meter) : IDisposable
    {
        public void Dispose()
        {
            subscription.Dispose();
            meter?.Dispose();
        }
    }
}
