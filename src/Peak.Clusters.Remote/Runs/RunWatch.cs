using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Peak.Clusters.Remote.Runs;

/// <summary>
/// Shows a run to whoever watches: observers, an <see cref="ActivitySource"/> with a span for the run and one for each of its targets,
/// and a <see cref="Meter"/>. docs/remote.md has their names and tags.
/// </summary>
internal sealed class RunWatch : IDisposable
{
    public const string Name = "Peak.Clusters.Remote";
    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Targets =
        Meter.CreateCounter<long>("peak.clusters.remote.targets", "{target}", "Targets of runs that have ended, by outcome.");

    private static readonly Histogram<double> Durations =
        Meter.CreateHistogram<double>("peak.clusters.remote.target.duration", "s", "How long the last attempt on a target took.");

    private static readonly UpDownCounter<int> Active =
        Meter.CreateUpDownCounter<int>("peak.clusters.remote.active_targets", "{target}", "Targets being worked on.");

    private readonly List<IObserver<RunEvent>> _observers = [];
    private readonly TimeProvider _time;
    private readonly Activity? _run;
    private readonly HashSet<int> _active = [];
    private int _failed;
    private bool _complete;

    private RunWatch(HostRun run, IReadOnlyList<IRunObserver> observers, TimeProvider time)
    {
        _time = time;
        _run = Source.StartActivity("peak.run");
        _run?.SetTag("peak.targets", run.Targets.Count);
        foreach (var observer in observers) Guard(() => _observers.Add(observer.Begin(run)));
    }

    /// <summary>Begins to watch a run; null where nobody is interested.</summary>
    public static RunWatch? Begin(HostRun run, IReadOnlyList<IRunObserver> observers, TimeProvider time) =>
        observers.Count > 0 || Source.HasListeners() || Targets.Enabled || Durations.Enabled || Active.Enabled
            ? new(run, observers, time)
            : null;

    public void Add(RunEvent happened)
    {
        Tell(observer => observer.OnNext(happened));
        switch (happened)
        {
            case HostEvent.Started started:
                if (_active.Add(started.Target.Rank)) Active.Add(1);
                break;
            case HostEvent.Retrying retrying:
                if (_active.Remove(retrying.Target.Rank)) Active.Add(-1);
                break;
            case HostEvent.Ended ended:
                if (_active.Remove(ended.Target.Rank)) Active.Add(-1);
                End(ended);
                break;
        }
    }

    /// <summary>Tells all observers; one that throws is told nothing more.</summary>
    private void Tell(Action<IObserver<RunEvent>> tell) => _observers.RemoveAll(observer => !Guard(() => tell(observer)));

    /// <summary>Whoever only watches a run must not be what ends it: the span of the run has what was wrong.</summary>
    private bool Guard(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Exception e)
        {
            _run?.AddException(e);
            return false;
        }
    }

    /// <summary>All events were read.</summary>
    public void Complete() => _complete = true;

    public void Dispose()
    {
        if (_active.Count > 0) Active.Add(-_active.Count);
        Tell(observer =>
        {
            if (_complete) observer.OnCompleted();
            else observer.OnError(new OperationCanceledException("The run was not read to its end."));
        });
        if (_run is null) return;
        _run.SetTag("peak.failed", _failed);
        if (_failed > 0 || !_complete) _run.SetStatus(ActivityStatusCode.Error);
        _run.Dispose();
    }

    private void End(HostEvent.Ended ended)
    {
        if (!ended.Outcome.Succeeded) _failed++;
        var outcome = KeyValuePair.Create<string, object?>("peak.outcome", ended.Outcome.KindText);
        Targets.Add(1, outcome);
        if (ended.Attempts > 0) Durations.Record(ended.Duration.TotalSeconds, outcome);
        if (_run is null) return;
        // Known only now, so begun in the past: nothing has to be kept for targets that are being worked on.
        var end = _time.GetUtcNow();
        using var span = Source.StartActivity("peak.target", ActivityKind.Client, _run.Context, startTime: end - ended.Duration);
        if (span is null) return;
        span.SetTag("peak.target", ended.Target.Name);
        span.SetTag("server.address", ended.Target.Host);
        if (ended.Target.Port is { } port) span.SetTag("server.port", port);
        span.SetTag("peak.outcome", ended.Outcome.KindText);
        span.SetTag("peak.attempts", ended.Attempts);
        if (!ended.Outcome.Succeeded) span.SetStatus(ActivityStatusCode.Error, ended.Outcome.Describe());
        span.SetEndTime(end.UtcDateTime);
    }
}
