using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Peak.Clusters.Hosting.Tests;

public sealed class MetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reloads_failures_sizes_and_age_are_measured()
    {
        string path = _folder.WriteOld("cluster", "GROUP:web\na\nb\n");
        using var live = new LiveCluster(path, more: services => services.AddMetrics());
        using var measured = new Measurements(live.Services.GetRequiredService<IMeterFactory>());
        File.WriteAllText(path, "GROUP:web\na\nb\nc\nGROUP:db\nd\n");
        live.Settle();
        File.Delete(path);
        live.Settle();
        measured.Observe();
        Assert.Equal(
            [
                "peak.cluster.groups 2",
                "peak.cluster.hosts 4",
                "peak.cluster.reload.failures 1 error.type=missing",
                "peak.cluster.reloads 1",
            ],
            measured.Values.Where(v => !v.Contains("age", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal("peak.cluster.version.age 7.25", Assert.Single(measured.Values, v => v.Contains("age", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_cluster_with_a_key_has_it_as_a_tag()
    {
        using var services = new ServiceCollection().AddMetrics()
            .AddKeyedCluster("east", options =>
            {
                options.Path = _folder.WriteOld("east", "e1\n");
                options.ReloadOnChange = false;
            }).BuildServiceProvider();
        services.GetRequiredKeyedService<IClusterMonitor>("east");
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        measured.Observe();
        Assert.Contains("peak.cluster.hosts 1 peak.cluster.name=east", measured.Values);
    }

    /// <summary>What the meters of one application measure, as text.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();

        public Measurements(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Peak.Clusters" && instrument.Meter.Scope == factory)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
            _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Add(i, value, tags));
            _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Add(i, value, tags));
            _listener.Start();
        }

        public List<string> Values { get; } = [];

        public void Observe() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, object value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = tags.ToArray().Concat(instrument.Meter.Tags ?? []).Select(t => $" {t.Key}={t.Value}");
            Values.Add($"{instrument.Name} {value}{string.Concat(all)}");
        }
    }
}
