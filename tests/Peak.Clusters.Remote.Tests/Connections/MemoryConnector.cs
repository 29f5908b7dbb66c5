using System.Text;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Tests.Connections;

/// <summary>Hosts in memory: whatever runs there prints a stream and succeeds.</summary>
internal sealed class MemoryConnector(Func<Target, CancellationToken, ValueTask<IConnection>> connect) : IConnector
{
    /// <summary>A host that can be reached.</summary>
    public MemoryConnector(Func<Target, Stream> output)
        : this((target, _) => new(new Connection(target, output(target))))
    {
    }

    public static IConnection Prints(Target target, string text) => new Connection(target, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    public ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken) => connect(target, cancellationToken);

    public ValueTask DisposeAsync() => default;

    private sealed class Connection(Target target, Stream output) : IConnection
    {
        public Target Target => target;

        public ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken) =>
            new(new Channel(output));

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Channel(Stream output) : ICommandChannel
    {
        public Stream StandardInput => Stream.Null;

        public Stream StandardOutput => output;

        public Stream StandardError => Stream.Null;

        public ValueTask<HostOutcome> WaitAsync() => new(HostOutcome.Exited.Success);

        public void Stop(bool force) => output.Dispose();

        public void SendSignal(string name) { }

        public ValueTask DisposeAsync() => default;
    }
}
