using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Runs;

/// <summary>One attempt to do the work on a target, as the work sees it. For the time of <see cref="HostWork.RunAsync"/>.</summary>
public abstract class HostWorkContext
{
    private protected HostWorkContext() { }

    /// <summary>The target.</summary>
    public abstract Target Target { get; }

    /// <summary>Which attempt it is, from 1.</summary>
    public abstract int AttemptNumber { get; }

    /// <summary>
    /// Canceled when the target is to end before <see cref="Started"/> was called: give up, where nothing has happened yet.
    /// </summary>
    public abstract CancellationToken Starting { get; }

    /// <summary>The work has begun. From now on the run ends it, if that becomes necessary, by <paramref name="work"/>.</summary>
    /// <param name="work">What is told to end; it may be told at once.</param>
    public abstract void Started(IStoppable work);

    /// <summary>
    /// Passes a stream on as events of the target, to its end; waits while the reader of the events is slow. Two streams of a target
    /// may be passed on at the same time.
    /// </summary>
    /// <param name="stream">The stream; read with a buffer only when it has something, if it understands reads of zero bytes.</param>
    /// <param name="error">Whether it is error output.</param>
    public abstract ValueTask CopyOutputAsync(Stream stream, bool error);

    /// <summary>Tells how far the work has come; <see cref="HostEvent.Progress"/> has the meaning of the arguments.</summary>
    /// <param name="done">What is done, from 0.</param>
    /// <param name="total">What there is to do; null where that is not known.</param>
    /// <param name="current">What is being worked on; null where there is nothing to name.</param>
    public abstract void Report(long done, long? total, string? current = null);
}
