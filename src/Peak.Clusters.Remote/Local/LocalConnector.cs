using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.Transports;

/// <summary>
/// Runs commands on this machine, whatever the target's name: a command line by <c>/bin/sh</c>, a program directly.
/// </summary>
public sealed class LocalTransport : ITransport
{
    /// <inheritdoc/>
    public ValueTask<SessionStart> StartAsync(Target target, RemoteCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        IReadOnlyList<string> arguments = command.CommandLine is { } line ? ["/bin/sh", "-c", line] : command.Arguments;
        return new(ChildSession.Start(new ChildStart(arguments, command.Input, command.Environment)));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
