using System.Runtime.CompilerServices;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Runs;

/// <summary>Runs a command on each target, and passes on what it prints.</summary>
/// <param name="command">The command.</param>
public sealed class CommandWork(RemoteCommand command) : HostWork
{
    /// <summary>The command.</summary>
    public RemoteCommand Command { get; } = command ?? throw new ArgumentNullException(nameof(command));

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
            var output = context.CopyOutputAsync(channel.StandardOutput, error: false);
            await context.CopyOutputAsync(channel.StandardError, error: true);
            await output;
            return await channel.WaitAsync();
        }
    }
}
