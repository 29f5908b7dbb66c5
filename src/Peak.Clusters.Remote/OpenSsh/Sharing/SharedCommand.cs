using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh.Ending;
using Peak.Clusters.Remote.OpenSsh.Multiplexing;
using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.OpenSsh.Sharing;

/// <summary>A command over a shared connection.</summary>
internal sealed class SharedCommand : ICommandChannel
{
    /// <summary>How long a command takes at least for which the host is to watch.</summary>
    private static readonly TimeSpan WatchedAfter = TimeSpan.FromSeconds(3);

    private readonly MuxChannel _channel;
    private readonly CommandEnding _ending;
    private readonly ITimer? _watch;
    private readonly Action _leave;
    private readonly bool _hasTerminal;
    private bool _left;

    /// <param name="channel">The command's channel; it has started.</param>
    /// <param name="command">The command.</param>
    /// <param name="openStopper">Opens what ends the command, told whether it is to watch; null where that can't be.</param>
    /// <param name="leave">Called when a command did not even end by SIGKILL: the connection is not to be kept.</param>
    /// <param name="time">The clock.</param>
    public SharedCommand(
        MuxChannel channel,
        RemoteCommand command,
        Func<bool, CancellationToken, ValueTask<Stopper?>> openStopper,
        Action leave,
        TimeProvider time)
    {
        _channel = channel;
        _hasTerminal = command.Terminal is not null;
        _leave = leave;
        StandardInput = command.FullInput.StaysOpen ? new InputStream(channel) : FedInput.Instance;
        _ending = new(openStopper, channel.Signal, Leave, time);
        if (!command.EndsWithConnection) return;
        _watch = time.CreateTimer(
            static ending => ((CommandEnding)ending!).Watch(), _ending, WatchedAfter, Timeout.InfiniteTimeSpan);
    }

    public Stream StandardInput { get; }

    public Stream StandardOutput => _channel.StandardOutput;

    public Stream StandardError => _channel.StandardError;

    public TimeSpan StopLimit => CommandEnding.Limit;

    public async ValueTask<HostOutcome> WaitAsync()
    {
        var outcome = await _channel.WaitAsync().ConfigureAwait(false);
        _watch?.Dispose();
        await _ending.CompleteAsync().ConfigureAwait(false);
        return _ending.MayHaveFailed(outcome) || (_left && outcome is HostOutcome.Unreachable) ? HostOutcome.MayStillRun.Instance : outcome;
    }

    public void Stop(bool force)
    {
        // Where the command has ended, but something it left running in the background holds its outputs open: as with ssh, that may go
        // on; only we don't wait for it.
        if (_channel.Ended is not null)
        {
            _left = true;
            _channel.Close();
        }
        else
        {
            _ending.Stop(force);
        }
    }

    public void SendSignal(string name)
    {
        _ = SignalNames.NumberOf(name); // a host says nothing about one that there is not
        _channel.Signal(name);
    }

    public void Resize(TerminalSize size)
    {
        if (!_hasTerminal) throw new ChannelNotSupportedException(ChannelKind.Terminal, "The command has no terminal.");
        _channel.Resize((uint)size.Columns, (uint)size.Rows);
    }

    public async ValueTask DisposeAsync()
    {
        _watch?.Dispose();
        // Nobody reads them any more: what they hold would keep the command's end from being seen.
        await StandardOutput.DisposeAsync().ConfigureAwait(false);
        await StandardError.DisposeAsync().ConfigureAwait(false);
        if (_channel.Ended is null)
        {
            Stop(force: true);
            await WaitAsync().ConfigureAwait(false);
        }

        await _channel.DisposeAsync().ConfigureAwait(false);
    }

    private void Leave()
    {
        _leave();
        _channel.Abandon();
    }

    private sealed class InputStream(MuxChannel channel) : OneWayStream(writes: true)
    {
        private int _ended;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            channel.WriteAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing && Interlocked.Exchange(ref _ended, 1) == 0) channel.EndInput();
            base.Dispose(disposing);
        }
    }
}
