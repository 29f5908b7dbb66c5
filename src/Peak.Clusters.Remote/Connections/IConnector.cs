namespace Peak.Clusters.Remote.Transports;

/// <summary>A way to start commands on targets: OpenSSH, a local program for each target, this machine, or your own.</summary>
/// <remarks>
/// A run calls its transport on one thread of its own, whose <see cref="SynchronizationContext"/> brings awaited work
/// back to it: an implementation may await, but must not block. One transport may serve several runs at once. It belongs to its
/// maker, who disposes of it after the runs.
/// </remarks>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Connects to a target, if that is needed, and starts a command on it.</summary>
    /// <param name="target">The target.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Cancelled when the time for connecting is over or the run is stopped.</param>
    /// <returns>
    /// The session in which the command runs, or the outcome that it has already. An exception counts as
    /// <see cref="HostFailure.Other"/> with its message.
    /// </returns>
    ValueTask<SessionStart> StartAsync(Target target, RemoteCommand command, CancellationToken cancellationToken);
}
