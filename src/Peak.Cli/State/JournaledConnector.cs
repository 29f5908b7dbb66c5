using System.Net;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Connections;

namespace Peak.Cli.State;

/// <summary>
/// Connections on which something is written down before it begins: where this process is killed in the very next moment, nobody takes
/// the host for one on which nothing ran.
/// </summary>
/// <param name="inner">Makes the connections.</param>
/// <param name="begins">Writes it down.</param>
internal sealed class JournaledConnector(IConnector inner, Action<Target> begins) : IConnector
{
    public int DescriptorsPerTarget => inner.DescriptorsPerTarget;

    public int? ConnectionsAtOnce => inner.ConnectionsAtOnce;

    public async ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken = default) =>
        new Journaled(await inner.ConnectAsync(target, cancellationToken).ConfigureAwait(false), begins);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class Journaled(IConnection inner, Action<Target> begins) : IConnection
    {
        public Target Target => inner.Target;

        public bool IsEstablished => inner.IsEstablished;

        public ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken = default)
        {
            begins(Target);
            return inner.StartAsync(command, cancellationToken);
        }

        public ValueTask<DuplexStream> OpenSubsystemAsync(string name, CancellationToken cancellationToken = default)
        {
            begins(Target);
            return inner.OpenSubsystemAsync(name, cancellationToken);
        }

        public ValueTask<DuplexStream> OpenSocketAsync(EndPoint address, CancellationToken cancellationToken = default) =>
            inner.OpenSocketAsync(address, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
