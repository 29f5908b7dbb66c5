using System.Runtime.CompilerServices;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Runs;

/// <summary>Runs a command on each target, and passes on what it prints.</summary>
/// <param name="command">The command; not with <see cref="CommandInput.Interactive"/>, which nobody would write in a run.</param>
public sealed class CommandWork(RemoteCommand command) : HostWork
{
    /// <summary>The command.</summary>
    public RemoteCommand Command { get; } = Checked(command);

    private static RemoteCommand Checked(RemoteCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.Input.StaysOpen
            ? throw new ArgumentException("Nobody writes the input of a command in a run: it would wait for ever.", nameof(command))
            : command;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<HostOutcome> RunAsync(IConnection connection, HostWorkContext context)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(context);
        var channel = await connection.StartAsync(Command, context.Starting);
        await using (channel)
        {
            context.Started(channel);
            var streamed = Command.Input as StreamedInput;
            streamed?.Begun(context.Target.Rank);
            var output = context.CopyOutputAsync(channel.StandardOutput, error: false);
            await context.CopyOutputAsync(channel.StandardError, error: true);
            await output;
            var outcome = await channel.WaitAsync();
            // To the command, input that can't be read looks as if it had ended.
            return streamed?.Failure is { } failure && outcome is (HostOutcome.Exited or HostOutcome.Signaled)
                ? new HostOutcome.Failed(failure)
                : outcome;
        }
    }
}
