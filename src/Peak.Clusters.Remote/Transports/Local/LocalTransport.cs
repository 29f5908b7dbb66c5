namespace Peak.Clusters.Remote.Transports;

/// <summary>
/// Runs commands on this machine, whatever the target's name: a command line by <c>/bin/sh</c>, a program directly.
/// </summary>
public sealed class LocalTransport : ITransport
{
    /// <inheritdoc/>
    public ValueTask<SessionStart> StartAsync(Target target, RemoteCommand command, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
