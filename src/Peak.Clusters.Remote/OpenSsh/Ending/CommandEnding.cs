using System.ComponentModel;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Peak.Clusters.Remote.OpenSsh.Ending;

/// <summary>Ends a command on its host, when that is wanted, and knows whether it has.</summary>
/// <param name="open">Starts what ends it; null where that can't be.</param>
/// <param name="signal">Sends a signal some lesser way, where there is no script; null where there is none.</param>
/// <param name="leave">Leaves the channel of a command that could not be ended.</param>
/// <param name="time">The clock.</param>
#pragma warning disable CA1001 // _ended: see there.
internal sealed class CommandEnding(
    Func<CancellationToken, ValueTask<Stopper?>> open, Action<string>? signal, Action leave, TimeProvider time)
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
    private Task? _stopping;
    private bool _done;
    private bool _failed;

    /// <summary>Asks the command to end, or makes it.</summary>
    public void Stop(bool force)
    {
        lock (_gate)
        {
            _signals.Writer.TryWrite(force ? "KILL" : "TERM");
            _stopping ??= StopAsync();
        }
    }

    /// <summary>The command has ended; waits for the end of what it has started, if it was to end.</summary>
    public async ValueTask CompleteAsync()
    {
        Task? stopping;
        lock (_gate)
        {
            stopping = _stopping;
            _signals.Writer.TryComplete();
        }

        await _ended.CancelAsync().ConfigureAwait(false);
        if (stopping is not null) await stopping.ConfigureAwait(false);
    }

    /// <summary>
    /// Whether the command, or something it has started, may still run although it was to end. Known when all is complete.
    /// </summary>
    /// <param name="outcome">How the channel ended: if nobody has said how the command ended, it may be that it has not.</param>
    public bool MayHaveFailed(HostOutcome outcome) => _stopping is not null && !_done && (_failed || outcome is HostOutcome.Unreachable);

    private async Task StopAsync()
    {
        await Task.Yield(); // not under the caller's lock
        await using var stopper = await OpenAsync().ConfigureAwait(false);
        ITimer? last = null;
        await foreach (string name in _signals.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (stopper is not null) stopper.Signal(name);
            else signal?.Invoke(name);
            if (name != "KILL" || last is not null) continue;
            var limit = stopper is not null ? KillLimit : signal is not null ? UnacknowledgedKillLimit : TimeSpan.Zero;
            last = time.CreateTimer(_ => Leave(), null, limit, Timeout.InfiniteTimeSpan);
        }

        if (last is not null) await last.DisposeAsync().ConfigureAwait(false);
        if (stopper is null) return;
        try
        {
            _done = await stopper.FinishAsync().WaitAsync(KillLimit, time).ConfigureAwait(false);
            _failed = !_done;
        }
        catch (TimeoutException)
        {
            _failed = true;
        }
    }

    private void Leave()
    {
        if (_ended.IsCancellationRequested) return;
        _failed = true;
        leave();
    }

    private async ValueTask<Stopper?> OpenAsync()
    {
        Stopper? stopper = null;
        using var limit = new CancellationTokenSource(OpenLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ended.Token);
        try
        {
            stopper = await open(either.Token).ConfigureAwait(false);
            if (stopper is not null && await stopper.IsReadyAsync(either.Token).ConfigureAwait(false)) return stopper;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or Win32Exception or SocketException) { }

        if (stopper is not null) await stopper.DisposeAsync().ConfigureAwait(false);
        return null;
    }
}
