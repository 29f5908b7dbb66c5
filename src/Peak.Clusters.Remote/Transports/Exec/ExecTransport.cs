namespace Peak.Clusters.Remote.Transports;

/// <summary>
/// Runs a program of this machine for each target. In its arguments <c>%h</c> is the target's name, <c>%n</c> its rank,
/// <c>%u</c> the user (<see cref="RemoteCommand.User"/>, else this user), <c>%p</c> the port (<see cref="RemoteCommand.Port"/>,
/// else 22) and <c>%%</c> a percent sign. No shell sees any of them.
/// </summary>
public sealed class ExecTransport : ITransport
{
    private readonly string[]? _connector;

    /// <summary>The command itself is the program, with placeholders: <c>ping -c1 %h</c>.</summary>
    public ExecTransport() { }

    /// <summary>
    /// A program that takes the command to the host, as <c>rsh</c> does: its arguments have placeholders, and the command
    /// line follows as one more argument.
    /// </summary>
    /// <param name="connector">The program and its arguments: <c>rsh -l %u %h</c>. At least the program.</param>
    public ExecTransport(params IEnumerable<string> connector)
    {
        _connector = [.. connector];
        if (_connector.Length == 0) throw new ArgumentException("A program is needed.", nameof(connector));
    }

    /// <inheritdoc/>
    public ValueTask<SessionStart> StartAsync(Target target, RemoteCommand command, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
