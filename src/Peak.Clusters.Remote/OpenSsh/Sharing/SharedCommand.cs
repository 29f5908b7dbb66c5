namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>A command over a shared connection.</summary>
internal sealed class OpenSshSession : IRemoteSession
{
    private readonly MuxSession _session;
    private readonly Master? _master;
    private readonly CommandEnding _ending;

    /// <param name="session">The command; it has started.</param>
    /// <param name="controlPath">The socket of the connection.</param>
    /// <param name="stop">Makes what ends the command.</param>
    /// <param name="master">The connection, if it is ours alone; given back in the end.</param>
    /// <param name="time">The clock.</param>
    public OpenSshSession(MuxSession session, string controlPath, Func<StopScript> stop, Master? master, TimeProvider time)
    {
        _session = session;
        _master = master;
        _ending = new(
            async cancel => await OpenStopperAsync(controlPath, shared: master is null, stop(), cancel).ConfigureAwait(false),
            session.Signal,
            Leave,
            time);
    }

    public Stream StandardOutput => _session.StandardOutput;

    public Stream StandardError => _session.StandardError;

    public TimeSpan StopLimit => CommandEnding.Limit;

    public async ValueTask<HostOutcome> WaitAsync()
    {
        var outcome = await _session.WaitAsync().ConfigureAwait(false);
        await _ending.CompleteAsync().ConfigureAwait(false);
        return _ending.MayHaveFailed(outcome) ? HostOutcome.Unreachable.MayStillRun : outcome;
    }

    public void Stop(bool force)
    {
        // Where the command has ended, but something it left running in the background holds its outputs open: as with ssh,
        // that may go on; only we don't wait for it.
        if (_session.Ended is not null) _session.Close();
        else _ending.Stop(force);
    }

    public async ValueTask DisposeAsync()
    {
        if (_session.Ended is null)
        {
            Stop(force: true);
            await WaitAsync().ConfigureAwait(false);
        }

        await _session.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
        if (_master is not null) await _master.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Leaves a command that did not even end by SIGKILL, and the connection over which it was started.</summary>
    private void Leave()
    {
        _master?.Keep = false;
        _session.Abandon();
    }

    private static async ValueTask<Stopper?> OpenStopperAsync(string controlPath, bool shared, StopScript script, CancellationToken cancellationToken)
    {
        var connection = await MuxConnection.ConnectAsync(controlPath, cancellationToken).ConfigureAwait(false);
        var session = await MuxSession.OpenAsync(connection, shared, cancellationToken).ConfigureAwait(false);
        var stopper = new Stopper.OverMux(session);
        try
        {
            await session.ExecuteAsync(new(_ => script.CommandLine) { Input = null }, cancellationToken).ConfigureAwait(false);
            stopper.Begin(script);
            return stopper;
        }
        catch
        {
            await stopper.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
