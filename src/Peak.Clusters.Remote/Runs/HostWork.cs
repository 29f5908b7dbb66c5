using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Runs;

/// <summary>
/// What a run does on each of its targets, over a connection to it: a command, a copy of files, a question. The run connects, keeps the
/// fan-out and the time limits, batches, checks and tries again; the work does one target once.
/// </summary>
/// <remarks>One object serves all targets, several at once.</remarks>
public abstract class HostWork
{
    /// <summary>Does the work on one target.</summary>
    /// <param name="connection">The connection to it. The run disposes of it afterwards.</param>
    /// <param name="context">The attempt: what the work tells the run, and the run the work.</param>
    /// <returns>
    /// How it ended. An exception counts as <see cref="HostFailure.Other"/> with its message, a <see cref="ConnectionException"/> as its
    /// outcome.
    /// </returns>
    public abstract ValueTask<HostOutcome> RunAsync(IConnection connection, HostWorkContext context);
}
