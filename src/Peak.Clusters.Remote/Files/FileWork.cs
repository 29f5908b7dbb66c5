using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files;

/// <summary>Work with the files of each host, by its server of files.</summary>
public abstract class FileWork : HostWork
{
    private protected FileWork() { }

    /// <summary>
    /// The command that is the server of files on the host: <see cref="SftpClient.Server"/>, as another user by
    /// <see cref="RemoteCommand.WithSudo"/>. Paths that don't begin with <c>/</c> begin in that user's home folder then. The default, null,
    /// is the SFTP subsystem of the host's sshd, for whom is logged in.
    /// </summary>
    public RemoteCommand? Server { get; init; }

    /// <inheritdoc/>
    public sealed override async ValueTask<HostOutcome> RunAsync(IConnection connection, HostWorkContext context)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            var client = Server is null
                ? await SftpClient.OpenAsync(connection, context.Starting).ConfigureAwait(false)
                : await SftpClient.OpenAsync(connection, Server, context.Starting).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                var stop = new StopSignal(client);
                context.Started(stop);
                return await RunAsync(connection, client, context, stop.Token).ConfigureAwait(false);
            }
        }
        catch (SftpException e)
        {
            return StopSignal.OutcomeOf(e);
        }
    }

    /// <summary>Does it on one host.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">The host's files.</param>
    /// <param name="context">The attempt.</param>
    /// <param name="stop">Canceled when the work is to end.</param>
    private protected abstract ValueTask<HostOutcome> RunAsync(
        IConnection connection, SftpClient client, HostWorkContext context, CancellationToken stop);
}
