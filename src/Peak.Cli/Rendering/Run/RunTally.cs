using Peak.Clusters.Remote;

namespace Peak.Cli.Rendering.Run;

/// <summary>Where every target of a run stands: a pure fold over its events.</summary>
internal sealed class RunTally(IReadOnlyList<string> targets, TimeProvider time)
{
    private readonly HostOutcome?[] _outcomes = new HostOutcome?[targets.Count];
    private readonly TimeSpan[] _durations = new TimeSpan[targets.Count];
    private readonly Dictionary<int, long> _running = [];
    private readonly long _begin = time.GetTimestamp();

    public IReadOnlyList<string> Targets { get; } = targets;

    public int Done { get; private set; }

    public int Failed { get; private set; }

    public int Running => _running.Count;

    /// <summary>The run's time so far.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_begin);

    public void On(HostEvent happened)
    {
        switch (happened)
        {
            case HostEvent.Started started:
                _running[started.Target.Rank] = time.GetTimestamp();
                break;
            case HostEvent.Retrying retrying:
                _running.Remove(retrying.Target.Rank);
                break;
            case HostEvent.Ended ended:
                _running.Remove(ended.Target.Rank);
                _outcomes[ended.Target.Rank] = ended.Outcome;
                _durations[ended.Target.Rank] = ended.Duration;
                Done++;
                if (!ended.Outcome.Succeeded) Failed++;
                break;
        }
    }

    /// <summary>The outcome of a target; null as long as it has none.</summary>
    public HostOutcome? OutcomeOf(int rank) => _outcomes[rank];

    public TimeSpan DurationOf(int rank) => _durations[rank];

    /// <summary>Those that run, the longest first.</summary>
    public IEnumerable<(string Name, TimeSpan Since)> Slowest() =>
        _running.OrderBy(r => r.Value).Select(r => (Targets[r.Key], time.GetElapsedTime(r.Value)));

    public IEnumerable<string> RunningNames() => _running.Keys.Order().Select(rank => Targets[rank]);

    /// <summary>Those that have not begun, or are connecting.</summary>
    public IEnumerable<string> PendingNames() =>
        Enumerable.Range(0, Targets.Count).Where(rank => _outcomes[rank] is null && !_running.ContainsKey(rank)).Select(rank => Targets[rank]);

    /// <summary>Those with an outcome of some kind, in order.</summary>
    public IEnumerable<string> NamesWhere(Func<HostOutcome, bool> kind) =>
        Enumerable.Range(0, Targets.Count).Where(rank => _outcomes[rank] is { } outcome && kind(outcome)).Select(rank => Targets[rank]);
}
