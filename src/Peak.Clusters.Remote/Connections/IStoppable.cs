namespace Peak.Clusters.Remote.Connections;

/// <summary>Work on a host that can be told to end.</summary>
public interface IStoppable
{
    /// <summary>
    /// Asks the work, and all it has started, to end, or makes it. Does not wait. May be called more than once, from any thread, and
    /// after the end.
    /// </summary>
    /// <param name="force">False to ask (SIGTERM), true to make it (SIGKILL).</param>
    void Stop(bool force);

    /// <summary>
    /// How long the work may take to end after a forced <see cref="Stop"/>; then the run tells of it as
    /// <see cref="HostOutcome.MayStillRun"/> and disposes of the connection. The default is three seconds.
    /// </summary>
    TimeSpan StopLimit => TimeSpan.FromSeconds(3);
}
