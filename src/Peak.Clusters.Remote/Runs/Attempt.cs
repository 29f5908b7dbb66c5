using System.Runtime.CompilerServices;
using Peak.Clusters.Remote.Transports;

namespace Peak.Clusters.Remote;

/// <summary>One attempt to run the command on one target: connect, pass output on, wait, keep the time limits.</summary>
internal sealed class Attempt(
    ITransport transport, Target target, RemoteCommand command, int number, RunOptions options, TimeProvider time, EventQueue queue)
    : IDisposable
{
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(1);
    private readonly SynchronizationContext _loop = SynchronizationContext.Current!;
    private readonly CancellationTokenSource _connecting = new();
    private readonly TaskCompletionSource<HostOutcome> _outcome = new();
    private IRemoteSession? _session;
    private HostOutcome? _ending;
    private ITimer? _timer;
    private Stage _stage;
    private int _timers;
    private int _blocked;

    private enum Stage { Running, Killed, GivenUp }

    /// <summary>Runs it to its end.</summary>
    /// <remarks>Its state and that of its waits are used again: attempts come and go by the thousand.</remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<HostOutcome> RunAsync()
    {
        var start = await ConnectAsync();
        if (start.Session is null)
        {
            return start.Outcome switch
            {
                // It may have begun: not to be told as never started.
                HostOutcome.Unreachable { Failure: HostFailure.ConnectionLost or HostFailure.NotEnded } lost => lost,
                _ when _ending is HostOutcome.Cancelled => new HostOutcome.NotStarted(NotStartedReason.Cancelled, "The run was stopped while it was being connected."),
                _ => _ending ?? start.Outcome!,
            };
        }

        _session = start.Session;
        await using (_session)
        {
            queue.Add(new HostEvent.Started(target, number));
            if (_stage == Stage.Killed) ForceEnd(_session);
            else if (_ending is not null) Ask();
            else if (options.CommandTimeout is { } limit) After(limit, () => End(new HostOutcome.TimedOut(limit)));
            _ = PassOnAndWaitAsync(_session);
            var outcome = await _outcome.Task;
            return _ending is null || outcome is HostOutcome.Unreachable { Failure: HostFailure.NotEnded } ? outcome : _ending;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stage = Stage.GivenUp;
        CancelTimer();
        _connecting.Dispose();
    }

    /// <summary>Asks the command to end, and makes it after the grace period.</summary>
    /// <param name="outcome">Why.</param>
    public void End(HostOutcome outcome)
    {
        if (_ending is not null) return;
        _ending = outcome;
        _connecting.Cancel();
        if (_session is not null) Ask();
    }

    /// <summary>Makes the command end.</summary>
    public void Kill()
    {
        if (_stage >= Stage.Killed) return;
        _stage = Stage.Killed;
        _ending ??= HostOutcome.Cancelled.Instance;
        _connecting.Cancel();
        if (_session is not null) ForceEnd(_session);
    }

    private void ForceEnd(IRemoteSession session)
    {
        session.Stop(force: true);
        After(session.StopLimit, GiveUp);
    }

    private void Ask()
    {
        if (options.GracePeriod == TimeSpan.Zero)
        {
            Kill();
            return;
        }

        _session!.Stop(force: false);
        After(options.GracePeriod, Kill);
    }

    private void GiveUp()
    {
        // Not while only the reader of the events is slow.
        if (_blocked > 0)
        {
            After(_session!.StopLimit, GiveUp);
            return;
        }

        _stage = Stage.GivenUp;
        _ = TellAsync();

        // The command itself may have ended, and something that has left its session on purpose hold its pipes.
        async Task TellAsync()
        {
            var ended = _session!.WaitAsync().AsTask();
            bool known = await Task.WhenAny(ended, Task.Delay(LastLook, time)) == ended;
            _outcome.TrySetResult(known ? _ending! : HostOutcome.Unreachable.MayStillRun);
        }
    }

    private async ValueTask<SessionStart> ConnectAsync()
    {
        var starting = transport.StartAsync(target, command, _connecting.Token);
        if (!starting.IsCompleted && options.ConnectTimeout is { } limit)
        {
            string message = FormattableString.Invariant($"no connection within {limit.TotalSeconds:0.###} s");
            After(limit, () => End(new HostOutcome.Unreachable(HostFailure.ConnectTimeout, message)));
        }

        try
        {
            return await starting;
        }
        catch (Exception) when (_ending is not null)
        {
            return SessionStart.Failed(_ending);
        }
        finally
        {
            CancelTimer();
        }
    }

    private async Task PassOnAndWaitAsync(IRemoteSession session)
    {
        try
        {
            var output = PassOnAsync(session.StandardOutput, error: false);
            await PassOnAsync(session.StandardError, error: true);
            await output;
            _outcome.TrySetResult(await session.WaitAsync());
        }
        catch (Exception e)
        {
            _outcome.TrySetException(e);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PassOnAsync(Stream stream, bool error)
    {
        while (true)
        {
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
            queue.AddOutput(target, error, block, count);
        }
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
        // It may have been on its way here when it was cancelled.
        if (timer == _timers) action();
    }
}
