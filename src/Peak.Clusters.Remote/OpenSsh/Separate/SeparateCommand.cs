using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh.Connecting;
using Peak.Clusters.Remote.OpenSsh.Ending;

namespace Peak.Clusters.Remote.OpenSsh.Separate;

/// <summary>An <c>ssh</c> that runs one command, which has a mark.</summary>
internal sealed class SeparateCommand : ICommandChannel
{
    private readonly ICommandChannel _ssh;
    private readonly string _log;
    private readonly string? _refusal;
    private readonly CommandEnding _ending;
    private readonly TailStream _error;
    private bool _over;
    private int _disposed;

    /// <param name="ssh">The program.</param>
    /// <param name="log">The file to which ssh writes its own words.</param>
    /// <param name="refusal">What to say where ssh fails without a word, as when a host refuses a channel.</param>
    /// <param name="openStopper">Starts another, which ends the command.</param>
    /// <param name="time">The clock.</param>
    public SeparateCommand(ICommandChannel ssh, string log, string? refusal, Func<Stopper> openStopper, TimeProvider time)
    {
        _ssh = ssh;
        _log = log;
        _refusal = refusal;
        _error = new(ssh.StandardError);
        _ending = new((_, _) => new(openStopper()), null, () => ssh.Stop(force: true), time);
    }

    public Stream StandardInput => _ssh.StandardInput;

    public Stream StandardOutput => _ssh.StandardOutput;

    public Stream StandardError => _error;

    public TimeSpan StopLimit => CommandEnding.Limit;

    public async ValueTask<HostOutcome> WaitAsync()
    {
        var outcome = await _ssh.WaitAsync().ConfigureAwait(false);
        _over = true;
        await _ending.CompleteAsync().ConfigureAwait(false);
        if (_ending.MayHaveFailed(outcome)) return HostOutcome.MayStillRun.Instance;
        if (outcome is not HostOutcome.Exited { Status: SshLog.Failed }) return outcome;
        // A command may exit with 255, too; but then ssh has nothing to say.
        string words = await SshLog.ReadAsync(_log).ConfigureAwait(false);
        if (words.Length > 0) return SshFailure.OfCommand(SshLog.Failed, words);
        if (SshFailure.IsLoss(_error.Tail)) return new HostOutcome.Unreachable(HostFailure.ConnectionLost, "closed by remote host");
        return _refusal is null ? outcome : new HostOutcome.Unreachable(HostFailure.Other, _refusal);
    }

    public void Stop(bool force) => _ending.Stop(force);

    public void SendSignal(string name) =>
        throw new ChannelNotSupportedException(ChannelKind.Command, "An ssh of its own passes no signals on; a shared connection does.");

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        if (!_over) _ssh.Stop(force: true);
        await _ssh.DisposeAsync().ConfigureAwait(false);
        await _ending.CompleteAsync().ConfigureAwait(false);
        SshLog.Delete(_log);
    }
}
