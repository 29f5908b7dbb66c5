using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Hosts that are all served alike.</summary>
internal sealed class OddHosts(Func<DuplexStream> open) : IConnector
{
    public ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken) => new(new Connection(target, open));

    public ValueTask DisposeAsync() => default;

    private sealed class Connection(Target target, Func<DuplexStream> open) : IConnection
    {
        public Target Target => target;

        public ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken) =>
            throw new ChannelNotSupportedException(ChannelKind.Command);

        public ValueTask<DuplexStream> OpenSubsystemAsync(string name, CancellationToken cancellationToken) => new(open());

        public ValueTask DisposeAsync() => default;
    }
}
