namespace Peak.Clusters.Remote.Transports;

/// <summary>One command running on one target.</summary>
public interface IRemoteSession : IAsyncDisposable
{
    /// <summary>
    /// The command's standard output, to its end. A stream that waits for data on a read of zero bytes, as pipes and
    /// sockets do, needs no buffer while its host is silent.
    /// </summary>
    Stream StandardOutput { get; }

    /// <summary>The command's standard error, to its end.</summary>
    Stream StandardError { get; }

    /// <summary>
    /// Waits for the command's end: <see cref="HostFailure.NotEnded"/> where it was stopped and may still run. Called once,
    /// after both streams have ended.
    /// </summary>
    ValueTask<HostOutcome> WaitAsync();

    /// <summary>
    /// Asks the command and all it has started to end, or makes them. Does not wait: the streams end then. May be called
    /// more than once, and after the end.
    /// </summary>
    /// <param name="force">False to ask (SIGTERM), true to make them (SIGKILL).</param>
    void Stop(bool force);

    /// <summary>
    /// How long the streams may take to end after a forced <see cref="Stop"/>; then the run counts the target as one that
    /// may still run, and disposes of the session. The default is three seconds.
    /// </summary>
    TimeSpan StopLimit => TimeSpan.FromSeconds(3);
}
