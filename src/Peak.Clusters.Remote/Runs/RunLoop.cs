using Peak.Clusters.Remote.Processes;
using Peak.Clusters.Remote.Transports;

namespace Peak.Clusters.Remote;

/// <summary>One run, on a thread of its own. All but <see cref="Queue"/> and the members that say so belong to that thread.</summary>
internal sealed class Run
{
    private readonly ITransport _transport;
    private readonly RemoteCommand _command;
    private readonly IReadOnlyList<string> _targets;
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
    private HostOutcome.NotStarted? _stopped;
    private Exception? _error;
    private Task? _pause;
    private SynchronizationContext _loop = null!;
    private EventQueue _queue = null!;
    private int _fanOut;
    private bool _starting;

    private Run(ITransport transport, RemoteCommand command, IReadOnlyList<string> targets, RunOptions options, TimeProvider time, CancellationToken stop)
    {
        _transport = transport;
        _command = command;
        _targets = targets;
        _options = options;
        _time = time;
        _stopToken = stop;
        _fanOut = options.FanOut;
        _policy = options.Policy?.Invoke(targets.Count) ?? new InOrder(targets.Count);
        _attempts = new int[targets.Count];
        _done = new bool[targets.Count];
    }

    /// <summary>Its events, as soon as it has begun.</summary>
    public Task<EventQueue> Queue => _begun.Task;

    public static Run Begin(ITransport transport, RemoteCommand command, IReadOnlyList<string> targets, RunOptions options, TimeProvider time, bool portable, CancellationToken stop)
    {
        var run = new Run(transport, command, targets, options, time, stop);
        var thread = new Thread(() => run.Main(portable)) { IsBackground = true, Name = "Peak.Clusters run" };
        thread.Start();
        return run;
    }

    /// <summary>Kills what runs, starts nothing more, and waits for the end. From any thread.</summary>
    public Task AbortAsync()
    {
        if (!_closed.Task.IsCompleted && _begun.Task.IsCompletedSuccessfully)
            _loop.Post(static run => ((Run)run!).Abort(), this);
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
        _queue = new EventQueue(StartMore);
        if (OperatingSystem.IsLinux())
        {
            _fanOut = DescriptorLimit.MakeRoomFor(Math.Min(_options.FanOut, Math.Max(_targets.Count, 1)));
            if (_fanOut < _options.FanOut && _fanOut < _targets.Count) _options.FanOutLowered?.Invoke(_fanOut);
        }

        EventLoop.Current.Idle = _queue.Flush;
        _begun.SetResult(_queue);
        using var stopping = _stopToken.UnsafeRegister(
            static run => ((Run)run!)._loop.Post(static run => ((Run)run!).Stop(), run), this);
        if (_stopToken.IsCancellationRequested) Stop();
        StartMore();
        await _over.Task;
        for (int rank = 0; rank < _targets.Count; rank++)
        {
            if (_done[rank]) continue;
            var (outcome, duration) = _failed.TryGetValue(rank, out var last)
                ? last
                : (_stopped ?? new(NotStartedReason.Policy, "The policy of the run did not start it."), TimeSpan.Zero);
            _queue.Add(new HostEvent.Ended(new Target(_targets[rank], rank), outcome, duration, _attempts[rank]));
        }
    }

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
                if ((uint)rank >= (uint)_done.Length || _done[rank]) throw new InvalidOperationException($"The policy starts target {rank}, which is not waiting.");
                _ = RunAsync(new Target(_targets[rank], rank), ++_attempts[rank]);
                return true;
            case StartDecision.Answer.Stop:
                _stopped = new(NotStartedReason.Policy, decision.Reason!);
                return false;
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
        using var attempt = new Attempt(_transport, target, _command, number, _options, _time, _queue);
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
        if (outcome is HostOutcome.NotStarted { Reason: NotStartedReason.Cancelled } && _failed.TryGetValue(target.Rank, out var before))
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

    private void Stop()
    {
        _stopped ??= new(NotStartedReason.Cancelled, "The run was stopped before.");
        foreach (var attempt in _running.ToArray()) attempt.End(HostOutcome.Cancelled.Instance);
        StartMore();
    }

    private void Abort()
    {
        _stopped ??= new(NotStartedReason.Cancelled, "The run was stopped before.");
        foreach (var attempt in _running.ToArray()) attempt.Kill();
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
