using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.Runs;

/// <summary>
/// The inner loop of a run, on a thread of its own. All but <see cref="Queue"/> and the members that say so belong to that thread.
/// </summary>
#pragma warning disable CA1001 // The sources of tokens have no timer: they hold nothing that would have to be disposed of.
internal sealed class RunLoop
{
    private readonly IConnector _connector;
    private readonly HostWork _work;
    private readonly StreamedInput? _input;
    private readonly IReadOnlyList<Target> _targets;
    private readonly RunOptions _options;
    private readonly TimeProvider _time;
    private readonly IRunPolicy _policy;
    private readonly int[] _attempts;
    private readonly bool[] _done;
    // How the last attempt of those ended who are to be tried again: their outcome, should that never happen.
    private readonly Dictionary<int, (HostOutcome Outcome, TimeSpan Duration)> _failed = [];
    private readonly HashSet<Attempt> _running = [];
    private readonly TaskCompletionSource _over = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EventQueue> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _stopToken;
    private readonly CancellationTokenSource _stopCheck = new();
    private readonly CancellationTokenSource _killCheck = new();
    private Task _check = Task.CompletedTask;
    private HostOutcome.NotStarted? _stopped;
    private Exception? _error;
    private Task? _pause;
    private SynchronizationContext _loop = null!;
    private EventQueue _queue = null!;
    private ConnectGate? _gate;
    private int _fanOut;
    private bool _starting;

    private RunLoop(
        IConnector connector,
        HostWork work,
        IReadOnlyList<Target> targets,
        RunOptions options,
        TimeProvider time,
        CancellationToken stop)
    {
        _connector = connector;
        _work = work;
        _input = (work as CommandWork)?.Command.Input as StreamedInput;
        _targets = targets;
        _options = options;
        _time = time;
        _stopToken = stop;
        _fanOut = options.FanOut;
        var rollout = options.Rollout;
        _policy = options.Policy?.Invoke(targets.Count)
            ?? (rollout.IsNone
                ? new InOrder(targets.Count)
                : new RolloutPolicy(targets.Count, rollout, rollout.Check is null ? null : Check, time));
        _attempts = new int[targets.Count];
        _done = new bool[targets.Count];
    }

    /// <summary>Its events, as soon as it has begun.</summary>
    public Task<EventQueue> Queue => _begun.Task;

    /// <summary>Begins a run.</summary>
    /// <param name="connector">How targets are reached.</param>
    /// <param name="work">What to do.</param>
    /// <param name="targets">Where.</param>
    /// <param name="options">How.</param>
    /// <param name="time">The clock.</param>
    /// <param name="portable">Whether only what every platform of .NET has may be used.</param>
    /// <param name="stop">Stops it in an orderly way.</param>
    public static RunLoop Begin(
        IConnector connector,
        HostWork work,
        IReadOnlyList<Target> targets,
        RunOptions options,
        TimeProvider time,
        bool portable,
        CancellationToken stop)
    {
        var run = new RunLoop(connector, work, targets, options, time, stop);
        var thread = new Thread(() => run.Main(portable)) { IsBackground = true, Name = "Peak.Clusters run" };
        thread.Start();
        return run;
    }

    /// <summary>Kills what runs, starts nothing more, and waits for the end. From any thread.</summary>
    public Task AbortAsync()
    {
        if (!_closed.Task.IsCompleted && _begun.Task.IsCompletedSuccessfully)
            _loop.Post(static run => ((RunLoop)run!).Abort(), this);
        return _closed.Task;
    }

    private void Main(bool portable)
    {
        try
        {
            EventLoop.Run(portable, MainAsync);
        }
        catch (Exception e)
        {
            _begun.TrySetException(e);
            _error ??= e;
        }
        finally
        {
            _queue?.Complete(_error);
            _closed.SetResult();
        }
    }

    private async Task MainAsync()
    {
        _loop = SynchronizationContext.Current!;
        _queue = new EventQueue(StartMore, _options.LendOutput);
        if (OperatingSystem.IsLinux())
        {
            _fanOut = DescriptorLimit.MakeRoomFor(Math.Min(_options.FanOut, Math.Max(_targets.Count, 1)), _connector.DescriptorsPerTarget);
            if (_fanOut < _options.FanOut && _fanOut < _targets.Count) _queue.Add(new RunEvent.FanOutLowered(_fanOut, _options.FanOut));
        }

        _input?.Begin(
            _targets.Count,
            inTurns: _targets.Count > _fanOut || !_options.Rollout.IsNone || _options.Policy is not null,
            again: _options.Rollout.RetryCommands || _options.Policy is not null);
        using var gate = _connector.ConnectionsAtOnce is { } atOnce && atOnce < _fanOut && atOnce < _targets.Count
            ? new ConnectGate(atOnce, _fanOut, _time, ConnectGate.FromProcStat())
            : null;
        _gate = gate;
        EventLoop.Current!.Idle = _queue.Flush;
        _begun.SetResult(_queue);
        using var stopping = _stopToken.UnsafeRegister(
            static run => ((RunLoop)run!)._loop.Post(static run => ((RunLoop)run!).Stop(), run), this);
        if (_stopToken.IsCancellationRequested) Stop();
        StartMore();
        await _over.Task;
        // A check that was going on when the run was stopped has been stopped as well; what it runs on hosts is not left behind.
        await _check.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        for (int rank = 0; rank < _targets.Count; rank++)
        {
            if (_done[rank]) continue;
            _input?.Ended(rank);
            var (outcome, duration) = _failed.TryGetValue(rank, out var last)
                ? last
                : (_stopped ?? new(NotStartedReason.Policy, "The policy of the run did not start it."), TimeSpan.Zero);
            _queue.Add(new HostEvent.Ended(TargetAt(rank), outcome, duration, _attempts[rank]));
        }
    }

    private Target TargetAt(int rank) => _targets[rank] is var target && target.Rank == rank ? target : target with { Rank = rank };

    /// <summary>Fills the free places of the window. Called whenever one may be free.</summary>
    private void StartMore()
    {
        // A target that can't be started ends at once, within this very loop.
        if (_starting) return;
        _starting = true;
        try
        {
            while (_stopped is null && _running.Count < _fanOut && _queue.HasRoom && MayStart()) { }
        }
        catch (Exception e)
        {
            Fail(e);
        }

        _starting = false;
        if (_running.Count == 0 && _queue.HasRoom && (_stopped is not null || _pause is null)) _over.TrySetResult();
    }

    private bool MayStart()
    {
        var decision = _policy.Next();
        switch (decision.Kind)
        {
            case StartDecision.Answer.Start:
                int rank = decision.Rank;
                if ((uint)rank >= (uint)_done.Length || _done[rank])
                    throw new InvalidOperationException($"The policy starts target {rank}, which is not waiting.");
                _ = RunAsync(TargetAt(rank), ++_attempts[rank]);
                return true;
            case StartDecision.Answer.Stop:
                _stopped = new(NotStartedReason.Policy, decision.Reason!);
                if (_options.Rollout.FailFast) EndRunning();
                return false;
            case StartDecision.Answer.Tell:
                _queue.Add(decision.Event!);
                return true;
            default:
                var task = decision.Task;
                if (task is { IsCompleted: true })
                {
                    task.GetAwaiter().GetResult();
                    return true;
                }

                if (task is null) _pause = null;
                else if (task != _pause) _ = PauseAsync(task);
                return false;
        }
    }

    private async Task PauseAsync(Task task)
    {
        _pause = task;
        try
        {
            await task;
        }
        catch (Exception e)
        {
            Fail(e);
        }

        if (_pause == task) _pause = null;
        StartMore();
    }

    private async Task RunAsync(Target target, int number)
    {
        using var attempt = new Attempt(_connector, _gate, target, _work, number, _options, _time, _queue);
        _running.Add(attempt);
        long began = _time.GetTimestamp();
        HostOutcome outcome;
        try
        {
            outcome = await attempt.RunAsync();
        }
        catch (Exception e)
        {
            outcome = new HostOutcome.Unreachable(HostFailure.Other, e.Message);
        }

        _running.Remove(attempt);
        var duration = _time.GetElapsedTime(began);
        // Stopped before the connection stood: what is known of the target is how it failed before.
        if (outcome is HostOutcome.NotStarted { Reason: NotStartedReason.Canceled } && _failed.TryGetValue(target.Rank, out var before))
            (outcome, duration) = before;
        try
        {
            if (_policy.Ended(target.Rank, outcome) && _stopped is null)
            {
                _failed[target.Rank] = (outcome, duration);
                _queue.Add(new HostEvent.Retrying(target, outcome, number));
            }
            else
            {
                _done[target.Rank] = true;
                _input?.Ended(target.Rank);
                _failed.Remove(target.Rank);
                _queue.Add(new HostEvent.Ended(target, outcome, duration, number));
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }

        StartMore();
    }

    private Task<string?> Check(Range batch)
    {
        var check = CheckAsync(batch);
        _check = check;
        return check;
    }

    /// <summary>Does the work of a batch's check on its targets; the result is why the rollout must not go on, or null.</summary>
    private async Task<string?> CheckAsync(Range batch)
    {
        _queue.Add(new RunEvent.CheckStarted(batch));
        var targets = _targets.Take(batch).ToArray();
        var options = _options with { Rollout = RolloutOptions.None, Policy = null, LendOutput = true, MaxOutput = null };
        var check = Begin(_connector, _options.Rollout.Check!, targets, options, _time, EventLoop.Current!.Portable, _stopCheck.Token);
        var failures = new List<KeyValuePair<Target, HostOutcome>>();
        try
        {
            var queue = await check.Queue;
            while (await queue.TakeAsync(_killCheck.Token) is { } entries)
            {
                foreach (var entry in entries)
                {
                    if (entry.Event is HostEvent.Ended { Outcome.Succeeded: false } ended)
                        failures.Add(new(ended.Target with { Rank = batch.Start.Value + ended.Target.Rank }, ended.Outcome));
                    queue.Release(entry);
                }
            }
        }
        finally
        {
            await check.AbortAsync();
        }

        if (failures.Count == 0 || _stopped is not null) return null;
        failures.Sort((a, b) => a.Key.Rank.CompareTo(b.Key.Rank));
        var failed = new RunEvent.CheckFailed(failures);
        _queue.Add(failed);
        return failed.ToString();
    }

    private void Stop()
    {
        _stopped ??= new(NotStartedReason.Canceled, "The run was stopped before.");
        EndRunning();
        _stopCheck.Cancel();
        StartMore();
    }

    private void EndRunning()
    {
        foreach (var attempt in _running.ToArray()) attempt.End(HostOutcome.Canceled.Instance);
    }

    private void Abort()
    {
        _stopped ??= new(NotStartedReason.Canceled, "The run was stopped before.");
        foreach (var attempt in _running.ToArray()) attempt.Kill();
        _killCheck.Cancel();
        _queue.Abandon();
        StartMore();
    }

    private void Fail(Exception error)
    {
        _error ??= error;
        Abort();
    }

    /// <summary>Each target in order, once.</summary>
    private sealed class InOrder(int count) : IRunPolicy
    {
        private int _next;

        public StartDecision Next() => _next < count ? StartDecision.Start(_next++) : StartDecision.Wait;

        public bool Ended(int rank, HostOutcome outcome) => false;
    }
}
