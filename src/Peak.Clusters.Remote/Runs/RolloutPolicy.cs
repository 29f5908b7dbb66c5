namespace Peak.Clusters.Remote.Runs;

/// <summary>Starts targets batch by batch, tries some again, and stops where too many fail. For one run.</summary>
public sealed class RolloutPolicy : IRunPolicy
{
    private readonly RolloutOptions _options;
    private readonly Func<Range, Task<string?>>? _check;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly IReadOnlyList<Range> _batches;
    private readonly int _failuresAllowed;
    private readonly int[] _tries;
    // Those whose time has not come: late by jitter, or to be tried again.
    private readonly PriorityQueue<int, DateTimeOffset> _waiting = new();
    private int _batch = -1;
    private int _next;
    private int _open;
    private int _failures;
    private string? _stopped;
    private Task<string?>? _gate;
    private RunEvent? _announcement;
    private (DateTimeOffset Due, Task Task) _alarm;

    /// <summary>A policy for one run.</summary>
    /// <param name="targets">The number of its targets.</param>
    /// <param name="options">What is wanted; whether it has a check does not matter here.</param>
    /// <param name="check">
    /// Checks a batch, given the ranks of its targets: why the rollout must not go on, or null. No check where it is null. A check that
    /// throws makes the run fail with its exception.
    /// </param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <param name="random">For jitter and back-off; <see cref="Random.Shared"/> where null.</param>
    public RolloutPolicy(
        int targets,
        RolloutOptions options,
        Func<Range, Task<string?>>? check = null,
        TimeProvider? timeProvider = null,
        Random? random = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(targets);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _check = check;
        _time = timeProvider ?? TimeProvider.System;
        _random = random ?? Random.Shared;
        _batches = Rollout.Batches(targets, options.Canary, options.Batch);
        _failuresAllowed = options.MaxFailures?.Of(targets) ?? (options.FailFast ? 0 : int.MaxValue);
        _tries = options.Retries > 0 ? new int[targets] : [];
        _alarm = (DateTimeOffset.MaxValue, Task.CompletedTask);
        OpenNextBatch();
    }

    /// <inheritdoc/>
    public StartDecision Next()
    {
        while (_stopped is null)
        {
            if (_announcement is { } announcement)
            {
                _announcement = null;
                return StartDecision.Tell(announcement);
            }

            if (_waiting.TryPeek(out int rank, out var due) && due <= _time.GetUtcNow())
            {
                _waiting.Dequeue();
                return StartDecision.Start(rank);
            }

            if (_batch >= 0 && _batch < _batches.Count && _next < _batches[_batch].End.Value && _options.Jitter == TimeSpan.Zero)
                return StartDecision.Start(_next++);
            if (_waiting.Count > 0) return StartDecision.WaitFor(AlarmAt(due));
            if (_open > 0 || _batch >= _batches.Count) return StartDecision.Wait;
            _gate ??= GateAsync();
            if (!_gate.IsCompleted) return StartDecision.WaitFor(_gate);
            // A check that throws makes the run fail with its exception.
            if (_gate.GetAwaiter().GetResult() is { } reason) _stopped = reason;
            else OpenNextBatch();
        }

        return StartDecision.Stop(_stopped);
    }

    /// <inheritdoc/>
    public bool Ended(int rank, HostOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (_tries.Length > 0 && _tries[rank] < _options.Retries && _stopped is null && MayPass(outcome))
        {
            _waiting.Enqueue(rank, _time.GetUtcNow() + _options.Backoff.Before(++_tries[rank], _random.NextDouble()));
            return true;
        }

        _open--;
        if (outcome.Succeeded || outcome is HostOutcome.Canceled) return false;
        _failures++;
        if (_failures > _failuresAllowed)
            _stopped ??= _failures == 1 ? "a target failed" : $"{_failures} targets failed";
        else if (rank < _options.Canary)
            _stopped ??= "a canary failed";
        return false;
    }

    private bool MayPass(HostOutcome outcome) => outcome switch
    {
        HostOutcome.Unreachable { Failure: HostFailure.ConnectionLost } => _options.RetryCommands,
        // Asking again does not make a key known or a user welcome.
        HostOutcome.Unreachable { Failure: HostFailure.HostKey or HostFailure.HostKeyChanged or HostFailure.Authentication } => false,
        HostOutcome.Unreachable => true,
        HostOutcome.Exited or HostOutcome.Signaled or HostOutcome.Failed or HostOutcome.TimedOut =>
            _options.RetryCommands && !outcome.Succeeded,
        _ => false, // MayStillRun among others: nothing is to run twice at once
    };

    private void OpenNextBatch()
    {
        _gate = null;
        if (++_batch >= _batches.Count) return;
        var (start, length) = (_batches[_batch].Start.Value, _batches[_batch].End.Value - _batches[_batch].Start.Value);
        _next = start;
        _open = length;
        if (_batches.Count > 1)
        {
            bool isCanary = _batch == 0 && _options.Canary > 0;
            _announcement = new RunEvent.BatchStarted(_batch + 1, _batches.Count, _batches[_batch], isCanary);
        }

        if (_options.Jitter == TimeSpan.Zero) return;
        var now = _time.GetUtcNow();
        for (int rank = start; rank < start + length; rank++) _waiting.Enqueue(rank, now + (_options.Jitter * _random.NextDouble()));
        _next = start + length;
    }

    /// <summary>Between a batch and the next: the pause, then the check.</summary>
    private async Task<string?> GateAsync()
    {
        bool last = _batch == _batches.Count - 1;
        if (_options.Pause > TimeSpan.Zero && (!last || _check is not null)) await Task.Delay(_options.Pause, _time);
        return _check is not null ? await _check(_batches[_batch]) : null;
    }

    // One timer, however often we are asked while it runs.
    private Task AlarmAt(DateTimeOffset due)
    {
        if (_alarm.Due != due || _alarm.Task.IsCompleted)
        {
            var wait = due - _time.GetUtcNow();
            // Timers tick in milliseconds and may be early by less than one.
            _alarm = (due, Task.Delay(wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, _time));
        }

        return _alarm.Task;
    }
}
