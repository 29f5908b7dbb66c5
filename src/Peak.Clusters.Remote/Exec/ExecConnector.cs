using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.Transports;

/// <summary>
/// Runs a program of this machine for each target. In its arguments <c>%h</c> is the target's name, <c>%n</c> its rank,
/// <c>%u</c> the user (<see cref="RemoteCommand.User"/>, else this user), <c>%p</c> the port (<see cref="RemoteCommand.Port"/>,
/// else 22) and <c>%%</c> a percent sign. No shell sees any of them.
/// </summary>
public sealed class ExecTransport : ITransport
{
    private readonly string[]? _connector;

    /// <summary>
    /// The command itself is the program, with placeholders: <c>ping -c1 %h</c>. A command line
    /// (<see cref="RemoteCommand.Shell"/>) is run by <c>/bin/sh</c> as it is, without placeholders: in a shell's line a
    /// name could do anything. It finds them as <c>$1</c> (<c>%h</c>), <c>$2</c> (<c>%n</c>) and <c>$3</c> (<c>%u</c>).
    /// </summary>
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
    /// <remarks>
    /// A target whose name would make an option of an argument (<c>%h</c> is all of it, or its beginning, and the name
    /// begins with <c>-</c>) is not started; <c>--host=%h</c> takes any name.
    /// </remarks>
    public ValueTask<SessionStart> StartAsync(Target target, RemoteCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(command);
        if (Placeholders.MakeAnOption(target, command.User, _connector ?? command.Arguments) is { } argument)
        {
            return new(SessionStart.Failed(new HostOutcome.NotStarted(
                NotStartedReason.CannotStart,
                $"'{argument}' would be an option of the program: it begins with '-'.")));
        }

        return new(ChildSession.Start(new ChildStart(ArgumentsFor(target, command), command.Input, command.Environment)));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    /// <summary>The program and the arguments that a target's command comes to, for showing them.</summary>
    /// <param name="target">The target.</param>
    /// <param name="command">The command.</param>
    public IReadOnlyList<string> ArgumentsFor(Target target, RemoteCommand command)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(command);
        var placeholders = new Placeholders(target, command.User, command.Port);
        if (_connector is not null) return [.. _connector.Select(placeholders.Fill), command.ToCommandLine()];
        return command.CommandLine is { } line
            ? ["/bin/sh", "-c", line, "sh", target.Name, placeholders.Rank, placeholders.User]
            : placeholders.Fill(command.Arguments);
    }
}
