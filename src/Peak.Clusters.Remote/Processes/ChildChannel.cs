using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.Transports;

/// <summary>A child process of ours as the session of a target.</summary>
internal sealed class ChildSession(ChildProcess child) : IRemoteSession
{
    public Stream StandardOutput => child.StandardOutput;

    public Stream StandardError => child.StandardError;

    /// <summary>Starts a program; if that can't be, the target was not started.</summary>
    public static SessionStart Start(in ChildStart start)
    {
        try
        {
            return SessionStart.Started(new ChildSession(ChildProcess.Start(start)));
        }
        catch (IOException e)
        {
            return SessionStart.Failed(new HostOutcome.NotStarted(NotStartedReason.CannotStart, e.Message));
        }
    }

    public ValueTask<HostOutcome> WaitAsync() => child.WaitAsync();

    public void Stop(bool force) => child.Stop(force);

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
