namespace Peak.Clusters.Remote.Runs;

/// <summary>What a run has learned so far: where each of its targets stands. A pure fold over its events; not thread-safe.</summary>
public sealed class RunTally
{
    private readonly TimeProvider _time;
    private readonly HostOutcome?[] _outcomes;
    private readonly TimeSpan[] _durations;
    private readonly Dictionary<int, long> _running = [];
    private readonly HashSet<int> _retrying = [];
    private readonly long _begin;

    /// <summary>Begins with nothing known; the time begins to count.</summary>
    /// <param name="targets">The targets of the run, by rank.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    public RunTally(IReadOnlyList<Target> targets, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        Targets = targets;
        _time = timeProvider ?? TimeProvider.System;
        _outcomes = new HostOutcome?[targets.Count];
        _durations = new TimeSpan[targets.Count];
        _begin = _time.GetTimestamp();
    }

    /// <summary>The targets, by rank.</summary>
    public IReadOnlyList<Target> Targets { get; }

    /// <summary>How many have their outcome.</summary>
    public int Done { get; private set; }

    /// <summary>How many of these did not succeed.</summary>
    public int Failed { get; private set; }

    /// <summary>How many are being worked on.</summary>
    public int Running => _running.Count;

    /// <summary>How many failed and have not begun again: they wait for that, or are being connected.</summary>
    public int Retrying => _retrying.Count;

    /// <summary>The batch that began last, from 1; null where there is only one.</summary>
    public RunEvent.BatchStarted? Batch { get; private set; }

    /// <summary>The check that is going on; null where none is.</summary>
    public RunEvent.CheckStarted? Check { get; private set; }

    /// <summary>The check that failed; null where none did.</summary>
    public RunEvent.CheckFailed? FailedCheck { get; private set; }

    /// <summary>The run's time so far.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_begin);

    /// <summary>Takes the next event.</summary>
    /// <param name="happened">The event.</param>
    public void Add(RunEvent happened)
    {
        switch (happened)
        {
            case HostEvent.Started started:
                _retrying.Remove(started.Target.Rank);
                _running[started.Target.Rank] = _time.GetTimestamp();
                break;
            case HostEvent.Retrying retrying:
                _running.Remove(retrying.Target.Rank);
                _retrying.Add(retrying.Target.Rank);
                break;
            case HostEvent.Ended ended:
                _running.Remove(ended.Target.Rank);
                _retrying.Remove(ended.Target.Rank);
                _outcomes[ended.Target.Rank] = ended.Outcome;
                _durations[ended.Target.Rank] = ended.Duration;
                Done++;
                if (!ended.Outcome.Succeeded) Failed++;
                break;
            case RunEvent.BatchStarted batch:
                Batch = batch;
                Check = null;
                break;
            case RunEvent.CheckStarted check:
                Check = check;
                break;
            case RunEvent.CheckFailed failed:
                FailedCheck = failed;
                Check = null;
                break;
        }
    }

    /// <summary>The outcome of a target; null as long as it has none.</summary>
    /// <param name="rank">The target's rank.</param>
    public HostOutcome? OutcomeOf(int rank) => _outcomes[rank];

    /// <summary>How long the last attempt of a target took; zero as long as it has no outcome.</summary>
    /// <param name="rank">The target's rank.</param>
    public TimeSpan DurationOf(int rank) => _durations[rank];

    /// <summary>Those being worked on, with how long they have been, the longest first.</summary>
    public IEnumerable<KeyValuePair<Target, TimeSpan>> Slowest() =>
        _running.OrderBy(r => r.Value).Select(r => KeyValuePair.Create(Targets[r.Key], _time.GetElapsedTime(r.Value)));

    /// <summary>Those being worked on, in order.</summary>
    public IEnumerable<Target> RunningTargets() => _running.Keys.Order().Select(rank => Targets[rank]);

    /// <summary>Those that have not begun, or are being connected, in order.</summary>
    public IEnumerable<Target> PendingTargets() =>
        Enumerable.Range(0, Targets.Count)
            .Where(rank => _outcomes[rank] is null && !_running.ContainsKey(rank))
            .Select(rank => Targets[rank]);

    /// <summary>
    /// The targets by the kind of their outcome (<see cref="HostOutcome.Kind"/>), in order; the kinds in the order: succeeded, failed by
    /// status, by signal, at the time limit, at the output limit, may still run, not reached, stopped, not started.
    /// </summary>
    public IEnumerable<KeyValuePair<HostOutcome, IReadOnlyList<Target>>> ByKind()
    {
        var kinds = new Dictionary<HostOutcome, IReadOnlyList<Target>>();
        for (int rank = 0; rank < Targets.Count; rank++)
        {
            if (_outcomes[rank]?.Kind is not { } kind) continue;
            if (!kinds.TryGetValue(kind, out var targets)) kinds.Add(kind, targets = new List<Target>());
            ((List<Target>)targets).Add(Targets[rank]);
        }

        return kinds.OrderBy(k => Order(k.Key));
    }

    private static (int, int) Order(HostOutcome kind) => kind switch
    {
        { Succeeded: true } => (0, 0),
        HostOutcome.Exited exited => (1, exited.Status),
        HostOutcome.Failed => (1, 256),
        HostOutcome.Signaled => (2, 0),
        HostOutcome.TimedOut => (3, 0),
        HostOutcome.TooMuchOutput => (3, 1),
        HostOutcome.MayStillRun => (4, 0),
        HostOutcome.Unreachable unreachable => (5, (int)unreachable.Failure),
        HostOutcome.Canceled => (6, 0),
        _ => (7, 0),
    };
}
