using System.Runtime.CompilerServices;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Runs;

/// <summary>One attempt to do the work on one target: connect, do it, keep the time limits. All of it on the thread of the run.</summary>
internal sealed class Attempt(
    IConnector connector,
    ConnectGate? gate,
    Target target,
    HostWork work,
    int number,
    RunOptions options,
    TimeProvider time,
    EventQueue queue)
    : HostWorkContext, IDisposable
{
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(1);
    private readonly SynchronizationContext _loop = SynchronizationContext.Current!;
    private readonly CancellationTokenSource _starting = new();
    private readonly TaskCompletionSource<HostOutcome> _outcome = new();
    private IStoppable? _running;
    private HostOutcome? _ending;
    private ITimer? _timer;
    private Stage _stage;
    private HostEvent.Progress? _progress;
    private long _awaitedSince;
    private bool _awaited;
    private int _timers;
    private long _printed;
    private int _blocked;

    private enum Stage { Connecting, Working, Killed, GivenUp }

    public override Target Target => target;

    public override CancellationToken Starting => _starting.Token;

    public override int AttemptNumber => number;

    /// <summary>Does it.</summary>
    /// <remarks>Its state and that of its waits are used again: attempts come and go by the thousand.</remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<HostOutcome> RunAsync()
    {
        IConnection connection;
        try
        {
            connection = await ConnectAsync();
        }
        catch (ConnectionException e) when (_ending is null || e.Outcome is HostOutcome.MayStillRun)
        {
            return e.Outcome;
        }
        catch (Exception e) when (_ending is not null)
        {
            return NotBegun(WithCause(_ending, e));
        }

        try
        {
            if (_ending is not null) return NotBegun(_ending);
            _stage = Stage.Working;
            if (connection.IsEstablished) Begin();
            _ = WorkAsync(connection);
            var outcome = await _outcome.Task;
            if (_ending is null || outcome is HostOutcome.MayStillRun) return outcome;
            if (_running is not null) return _ending;
            // Where the connection was lost, the work may have begun: not to be told as never started.
            return outcome.Succeeded || outcome is HostOutcome.Unreachable { Failure: HostFailure.ConnectionLost }
                ? outcome
                : NotBegun(_ending);
        }
        finally
        {
            Arrive(reached: false);
            await LeaveAsync(connection);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stage = Stage.GivenUp;
        CancelTimer();
        _starting.Dispose();
    }

    /// <summary>Asks the work to end, and makes it after the grace period.</summary>
    /// <param name="outcome">Why.</param>
    public void End(HostOutcome outcome)
    {
        if (_ending is not null) return;
        _ending = outcome;
        if (_running is null) _starting.Cancel();
        else Ask(_running);
    }

    /// <summary>Makes the work end.</summary>
    public void Kill()
    {
        if (_stage >= Stage.Killed) return;
        _stage = Stage.Killed;
        _ending ??= HostOutcome.Canceled.Instance;
        if (_running is null) _starting.Cancel();
        else ForceEnd(_running);
    }

    public override void Started(IStoppable work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (SynchronizationContext.Current != _loop)
        {
            _loop.Post(_ => Started(work), null);
            return;
        }

        if (_stage == Stage.GivenUp)
        {
            Stop(work, force: true);
            return;
        }

        // A host that has answered in the last moment is not lost.
        if (_awaited && _ending is HostOutcome.Unreachable { Failure: HostFailure.ConnectTimeout }) _ending = null;
        if (_awaited) Begin();
        _running = work;
        queue.Add(new HostEvent.Started(target, number));
        if (_stage == Stage.Killed) ForceEnd(work);
        else if (_ending is not null) Ask(work);
    }

    public override void Report(long done, long? total, string? current = null)
    {
        // Only the latest waits until the loop comes to it and the reader keeps up.
        bool waits = Interlocked.Exchange(ref _progress, new HostEvent.Progress(target, done, total, current)) is not null;
        if (SynchronizationContext.Current == _loop && queue.HasRoom) TellProgress();
        else if (!waits) _loop.Post(static attempt => ((Attempt)attempt!).TellProgress(), this);
    }

    public override ValueTask CopyOutputAsync(Stream stream, bool error)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return SynchronizationContext.Current == _loop ? CopyHereAsync(stream, error) : new(CopyFromElsewhereAsync(stream, error));
    }

    /// <summary>How the work ended is known by now, and does not depend on how the connection is put away.</summary>
    private static async ValueTask LeaveAsync(IConnection connection)
    {
        try
        {
            await connection.DisposeAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    private static HostOutcome NotBegun(HostOutcome ending) => ending is HostOutcome.Canceled
        ? new HostOutcome.NotStarted(NotStartedReason.Canceled, "The run was stopped while it was being connected.")
        : ending;

    /// <summary>A target that was tried until its time was over was not silent: how it failed is to be told, too.</summary>
    private static HostOutcome WithCause(HostOutcome ending, Exception thrown) =>
        ending is HostOutcome.Unreachable timeout
        && (thrown as ConnectionException ?? thrown.InnerException as ConnectionException)?.Outcome is HostOutcome.Unreachable cause
            ? cause with { Message = $"{cause.Message}\n{timeout.Message}" }
            : ending;

    private async void TellProgress()
    {
        while (!queue.HasRoom) await queue.RoomAsync();
        if (Interlocked.Exchange(ref _progress, null) is { } latest && _stage != Stage.GivenUp) queue.Add(latest);
    }

    /// <summary>Stops it; what can't even be told to end is waited for, and given up, like what does not end.</summary>
    private static void Stop(IStoppable running, bool force)
    {
        try
        {
            running.Stop(force);
        }
        catch (Exception e) when (e is not OutOfMemoryException) { }
    }

    private void ForceEnd(IStoppable running)
    {
        Stop(running, force: true);
        After(running.StopLimit, GiveUp);
    }

    private void Ask(IStoppable running)
    {
        if (options.GracePeriod == TimeSpan.Zero)
        {
            Kill();
            return;
        }

        Stop(running, force: false);
        After(options.GracePeriod, Kill);
    }

    private void GiveUp()
    {
        // Not while only the reader of the events is slow.
        if (_blocked > 0)
        {
            After(_running!.StopLimit, GiveUp);
            return;
        }

        _stage = Stage.GivenUp;
        _ = TellAsync();

        // A command itself may have ended, and something that has left its session on purpose hold its pipes.
        async Task TellAsync()
        {
            if (_running is not ICommandChannel channel)
            {
                _outcome.TrySetResult(HostOutcome.MayStillRun.Instance);
                return;
            }

            var ended = channel.WaitAsync().AsTask();
            bool known = await Task.WhenAny(ended, Task.Delay(LastLook, time)) == ended;
            _outcome.TrySetResult(known ? _ending! : HostOutcome.MayStillRun.Instance);
        }
    }

    private async ValueTask<IConnection> ConnectAsync()
    {
        // Waiting for our own processors is no fault of the host: its time has not begun.
        if (gate is not null) await gate.EnterAsync(_starting.Token);
        _awaited = true;
        _awaitedSince = time.GetTimestamp();
        try
        {
            var connecting = connector.ConnectAsync(target, _starting.Token);
            if (!connecting.IsCompleted) LimitConnecting();
            var connection = await connecting;
            if (connection.IsEstablished) Arrive(reached: true);
            else if (_timer is null) LimitConnecting();
            return connection;
        }
        catch
        {
            Arrive(reached: false);
            throw;
        }
    }

    private void LimitConnecting()
    {
        if (options.ConnectTimeout is not { } limit) return;
        string message = FormattableString.Invariant($"no connection within {limit.TotalSeconds:0.###} s");
        After(limit, () => End(new HostOutcome.Unreachable(HostFailure.ConnectTimeout, message)));
    }

    /// <summary>The target is not awaited any more.</summary>
    private void Arrive(bool reached)
    {
        if (!_awaited) return;
        _awaited = false;
        CancelTimer();
        gate?.Exit(reached ? time.GetElapsedTime(_awaitedSince) : null);
    }

    /// <summary>From now on the work's own time counts.</summary>
    private void Begin()
    {
        Arrive(reached: true);
        if (options.TimeLimit is { } limit) After(limit, () => End(new HostOutcome.TimedOut(limit)));
    }

    private async Task WorkAsync(IConnection connection)
    {
        try
        {
            _outcome.TrySetResult(await work.RunAsync(connection, this));
        }
        catch (ConnectionException e)
        {
            _outcome.TrySetResult(e.Outcome);
        }
        catch (OperationCanceledException e) when (_ending is not null)
        {
            if (_running is null) _ending = WithCause(_ending, e);
            _outcome.TrySetResult(_ending);
        }
        catch (Exception e)
        {
            // Once something runs it is not to be begun a second time by whoever tries again to connect.
            if (_running is null) _outcome.TrySetException(e);
            else _outcome.TrySetResult(new HostOutcome.Failed(e.Message));
        }
    }

    private Task CopyFromElsewhereAsync(Stream stream, bool error)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(
            async _ =>
            {
                try
                {
                    await CopyHereAsync(stream, error);
                    done.SetResult();
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            },
            null);
        return done.Task;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CopyHereAsync(Stream stream, bool error)
    {
        for (int reads = 1; ; reads++)
        {
            // A stream that always has something would keep everything else from the loop: other targets, time limits, a stop.
            if (reads % 16 == 0) await Task.Yield();
            // Waits without a buffer: a thousand silent hosts need none.
#pragma warning disable CA2022 // nothing is read
            await stream.ReadAsync(Memory<byte>.Empty);
#pragma warning restore CA2022
            _blocked++;
            while (!queue.HasRoom) await queue.RoomAsync();
            _blocked--;
            byte[] block = queue.RentBlock();
            int count = 0;
            try
            {
                count = await stream.ReadAsync(block);
            }
            finally
            {
                if (count == 0 || _stage == Stage.GivenUp) queue.ReturnBlock(block);
            }

            if (count == 0 || _stage == Stage.GivenUp) return;
            // Beyond the limit it is still read, so that the work does not wait for a reader while it is to end.
            if (Admit(count) is > 0 and var admitted) queue.AddOutput(target, error, block, admitted);
            else queue.ReturnBlock(block);
        }
    }

    /// <summary>How many of the next bytes the work may print; where not all, it is ended.</summary>
    private int Admit(int count)
    {
        if (options.MaxOutput is not { } limit) return count;
        int admitted = (int)Math.Min(count, limit - _printed);
        _printed += admitted;
        if (admitted == count) return count;
        var outcome = new HostOutcome.TooMuchOutput(limit);
        // Whatever ends it: that its output is not complete must be told.
        if (_ending is null) End(outcome);
        else _ending = outcome;
        return admitted;
    }

    private void After(TimeSpan delay, Action action)
    {
        CancelTimer();
        int timer = _timers;
        _timer = time.CreateTimer(_ => _loop.Post(_ => IfCurrent(timer, action), null), null, delay, Timeout.InfiniteTimeSpan);
    }

    private void CancelTimer()
    {
        _timer?.Dispose();
        _timer = null;
        _timers++;
    }

    private void IfCurrent(int timer, Action action)
    {
        // It may have been on its way here when it was canceled.
        if (timer == _timers) action();
    }
}
