using System.Text;
using System.Threading.Channels;

namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>A command over a shared connection, and the ending of it.</summary>
/// <param name="session">The command; it has started.</param>
/// <param name="master">The connection, if it is ours alone; given back in the end.</param>
/// <param name="time">The clock.</param>
internal sealed class OpenSshSession(MuxSession session, Master? master, TimeProvider time) : IRemoteSession
{
    /// <summary>How long opening the second session may take, and how long a killed command may stay.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long the processes of a command that has ended have to end: more than <see cref="Stopper"/> gives them.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(10);

    private readonly Channel<string> _signals = Channel.CreateUnbounded<string>();
    private readonly Lock _gate = new();
    private Task? _stopping;
    private ITimer? _last;

    public Stream StandardOutput => session.StandardOutput;

    public Stream StandardError => session.StandardError;

    public async ValueTask<HostOutcome> WaitAsync()
    {
        var outcome = await session.WaitAsync().ConfigureAwait(false);
        Task? stopping;
        lock (_gate) stopping = _stopping;
        _signals.Writer.TryComplete();
        if (stopping is not null) await stopping.ConfigureAwait(false);
        return outcome;
    }

    public void Stop(bool force)
    {
        lock (_gate)
        {
            if (session.Ended is not null)
            {
                // The command has ended, but something it left running in the background holds its outputs open. As
                // with ssh, that may go on; only we don't wait for it.
                session.Close();
                return;
            }

            _signals.Writer.TryWrite(force ? "KILL" : "TERM");
            _stopping ??= StopAsync();
            if (force) _last ??= time.CreateTimer(_ => Leave(), null, Patience, Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (session.Ended is null)
        {
            Stop(force: true);
            await WaitAsync().ConfigureAwait(false);
        }

        if (_last is not null) await _last.DisposeAsync().ConfigureAwait(false);
        await session.DisposeAsync().ConfigureAwait(false);
        if (master is not null) await master.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Leaves a command that did not even end by SIGKILL, and the connection over which it was started.</summary>
    private void Leave()
    {
        master?.Keep = false;
        _ = session.DisposeAsync().AsTask();
    }

    private async Task StopAsync()
    {
        await Task.Yield(); // not under the caller's lock
        await using var stopper = await OpenStopperAsync().ConfigureAwait(false);
        await foreach (string signal in _signals.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (stopper is null) session.Signal(signal);
            else stopper.WriteInput(Encoding.ASCII.GetBytes(signal + "\n"));
        }

        if (stopper is null) return;
        stopper.EndInput();
        try
        {
            await stopper.WaitAsync().AsTask().WaitAsync(Aftermath, time).ConfigureAwait(false);
        }
        catch (TimeoutException) { }
    }

    private async ValueTask<MuxSession?> OpenStopperAsync()
    {
        if (master is null) return null; // others may run commands over this connection
        MuxSession? stopper = null;
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            if (await master.ConnectAsync(limit.Token).ConfigureAwait(false) is not { } connection) return null;
            stopper = await MuxSession.OpenAsync(connection, limit.Token).ConfigureAwait(false);
            await stopper.ExecuteAsync(new(_ => Stopper.CommandLine) { Input = null }, limit.Token).ConfigureAwait(false);
            using var reader = new StreamReader(stopper.StandardOutput, Encoding.ASCII, false, 256, leaveOpen: true);
            while (await reader.ReadLineAsync(limit.Token).ConfigureAwait(false) is { } line)
                if (line.StartsWith(Stopper.Ready, StringComparison.Ordinal) && line.Any(char.IsAsciiDigit)) return stopper;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException) { }

        if (stopper is not null) await stopper.DisposeAsync().ConfigureAwait(false);
        return null;
    }
}
