using System.ComponentModel;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Peak.Clusters.Remote.OpenSsh.Ending;

/// <summary>Ends a command on its host, when that is wanted, and knows whether it has.</summary>
/// <param name="open">Starts what ends it, told whether it is to watch; null where that can't be.</param>
/// <param name="signal">Sends a signal some lesser way, where there is no script; null where there is none.</param>
/// <param name="leave">Leaves the channel of a command that could not be ended.</param>
/// <param name="time">The clock.</param>
#pragma warning disable CA1001 // _ended: see there.
internal sealed class CommandEnding(
    Func<bool, CancellationToken, ValueTask<Stopper?>> open, Action<string>? signal, Action leave, TimeProvider time)
{
    /// <summary>The longest that it all takes, once the command is to be killed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>How long a host may take to let the script in: its login shell may read a lot first.</summary>
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long a killed command may stay, and more than the script gives what it has started.</summary>
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long a command may stay that was killed the lesser way, which nobody acknowledges.</summary>
    private static readonly TimeSpan UnacknowledgedKillLimit = TimeSpan.FromSeconds(3);

    private readonly Channel<string> _signals = Channel.CreateUnbounded<string>();
    // Without a timer or a wait handle it holds nothing that would have to be disposed of.
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private Task? _working;
    private bool _stops;
    private bool _over;
    private bool _done;
    private bool _failed;

    /// <summary>Ends a command whose channel is gone already.</summary>
    /// <returns>Whether nothing of it is left.</returns>
    public static async Task<bool> EndAsync(Stopper stopper, TimeProvider time)
    {
        try
        {
            using var limit = new CancellationTokenSource(OpenLimit, time);
            if (await stopper.IsReadyAsync(limit.Token).ConfigureAwait(false)) stopper.Signal("TERM");
            return await stopper.FinishAsync().WaitAsync(KillLimit, time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Asks the command to end, or makes it.</summary>
    public void Stop(bool force)
    {
        lock (_gate)
        {
            _stops = true;
            _signals.Writer.TryWrite(force ? "KILL" : "TERM");
            _working ??= WorkAsync(watches: false);
        }
    }

    /// <summary>
    /// Has the host itself end the command where the connection goes away: when this process is killed, or the network fails. It costs a
    /// process there, so that it is only for commands that take a while.
    /// </summary>
    public void Watch()
    {
        lock (_gate)
            if (!_over) _working ??= WorkAsync(watches: true);
    }

    /// <summary>The command has ended; waits for the end of what it has started, if it was to end.</summary>
    public async ValueTask CompleteAsync()
    {
        Task? working;
        lock (_gate)
        {
            working = _working;
            _signals.Writer.TryComplete();
            _over = true;
        }

        await _ended.CancelAsync().ConfigureAwait(false);
        if (working is not null) await working.ConfigureAwait(false);
    }

    /// <summary>
    /// Whether the command, or something it has started, may still run although it was to end. Known when all is complete.
    /// </summary>
    /// <param name="outcome">How the channel ended: if nobody has said how the command ended, it may be that it has not.</param>
    public bool MayHaveFailed(HostOutcome outcome) => _stops && !_done && (_failed || outcome is HostOutcome.Unreachable);

    private async Task WorkAsync(bool watches)
    {
        await Task.Yield(); // not under the caller's lock
        var stopper = await OpenAsync(watches).ConfigureAwait(false);
        ITimer? last = null;
        try
        {
            await foreach (string name in _signals.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                // Where there was no room for one that watches, there may be some by now.
                if (watches && stopper is null) stopper = await OpenAsync(watches: false).ConfigureAwait(false);
                watches = false;
                if (stopper is not null) stopper.Signal(name);
                else signal?.Invoke(name);
                if (name != "KILL" || last is not null) continue;
                var limit = stopper is not null ? KillLimit : signal is not null ? UnacknowledgedKillLimit : TimeSpan.Zero;
                last = time.CreateTimer(_ => Leave(), null, limit, Timeout.InfiniteTimeSpan);
            }

            if (stopper is null) return;
            if (!_stops)
            {
                stopper.Leave();
                return;
            }

            _done = await stopper.FinishAsync().WaitAsync(KillLimit, time).ConfigureAwait(false);
            _failed = !_done;
        }
        catch (TimeoutException)
        {
            _failed = true;
        }
        finally
        {
            if (last is not null) await last.DisposeAsync().ConfigureAwait(false);
            if (stopper is not null) await stopper.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Leave()
    {
        if (_ended.IsCancellationRequested) return;
        _failed = true;
        leave();
    }

    private async ValueTask<Stopper?> OpenAsync(bool watches)
    {
        Stopper? stopper = null;
        using var limit = new CancellationTokenSource(OpenLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ended.Token);
        try
        {
            stopper = await open(watches, either.Token).ConfigureAwait(false);
            if (stopper is not null && await stopper.IsReadyAsync(either.Token).ConfigureAwait(false)) return stopper;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or Win32Exception or SocketException) { }

        if (stopper is not null) await stopper.DisposeAsync().ConfigureAwait(false);
        return null;
    }
}
