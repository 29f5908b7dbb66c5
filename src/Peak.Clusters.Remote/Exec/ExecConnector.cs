using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.Exec;

/// <summary>
/// Runs a program of this machine for each target. In its arguments <c>%h</c> is the target's host, <c>%n</c> its rank, <c>%u</c> its
/// user (else this user), <c>%p</c> its port (else 22) and <c>%%</c> a percent sign. No shell sees any of them.
/// </summary>
/// <remarks>It has commands, and no other channels; nothing is connected before.</remarks>
public sealed class ExecConnector : IConnector
{
    private readonly string[]? _program;

    /// <summary>
    /// The command itself is the program, with placeholders: <c>ping -c1 %h</c>. A command line (<see cref="RemoteCommand.Shell"/>) is
    /// run by <c>/bin/sh</c> as it is, without placeholders: in a shell's line a name could do anything. It finds them as <c>$1</c>
    /// (<c>%h</c>), <c>$2</c> (<c>%n</c>) and <c>$3</c> (<c>%u</c>).
    /// </summary>
    public ExecConnector() { }

    /// <summary>
    /// A program that takes the command to the host, as <c>rsh</c> does: its arguments have placeholders, and the command line follows
    /// as one more argument.
    /// </summary>
    /// <param name="program">The program and its arguments: <c>rsh -l %u %h</c>. At least the program.</param>
    public ExecConnector(params IEnumerable<string> program)
    {
        _program = [.. program];
        if (_program.Length == 0) throw new ArgumentException("A program is needed.", nameof(program));
    }

    /// <inheritdoc/>
    public int DescriptorsPerTarget => ChildProcess.Descriptors;

    /// <inheritdoc/>
    /// <remarks>
    /// On the connection, a target whose host would make an option of an argument (<c>%h</c> is all of it, or its beginning, and the
    /// host begins with <c>-</c>) can't start a command; <c>--host=%h</c> takes any name.
    /// </remarks>
    public ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new(new ExecConnection(this, target));
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
        var placeholders = new Placeholders(target);
        if (_program is not null) return [.. _program.Select(placeholders.Fill), command.ToCommandLine()];
        return command.CommandLine is { } line
            ? ["/bin/sh", .. ShellText.ArgumentsFor(line), "sh", target.Host, placeholders.Rank, placeholders.User]
            : placeholders.Fill(command.Arguments);
    }

    private sealed class ExecConnection(ExecConnector connector, Target target) : LocalConnection(target)
    {
        protected override ChildStart Prepare(RemoteCommand command)
        {
            if (Placeholders.MakeAnOption(Target, connector._program ?? command.Arguments) is { } argument)
            {
                throw new ConnectionException(new HostOutcome.NotStarted(
                    NotStartedReason.CannotStart,
                    $"'{argument}' would be an option of the program: it begins with '-'."));
            }

            return new(connector.ArgumentsFor(Target, command), command.FullInput, command.Environment);
        }
    }
}
