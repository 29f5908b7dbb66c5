using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Local;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Hosts whose files are in folders here, one each, by the name of the host; served by OpenSSH's own server of files.</summary>
/// <param name="folder">The folder of these folders.</param>
/// <param name="decorate">What is between a host's server and whoever asks; nothing where null.</param>
internal sealed class FolderHosts(string folder, Func<DuplexStream, DuplexStream>? decorate = null) : IConnector
{
    /// <summary>Arguments of the servers.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>What becomes of a command on these hosts, which run it here; null where they run none.</summary>
    public Func<RemoteCommand, RemoteCommand>? Commands { get; init; }

    /// <summary>The path of something on a host.</summary>
    public string this[string host, string path = ""] => Path.Combine(folder, host, path);

    public ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(this[target.Name]);
        return new(new Connection(target, this));
    }

    public ValueTask DisposeAsync() => default;

    private sealed class Connection(Target target, FolderHosts hosts) : IConnection
    {
        private readonly FolderHosts _hosts = hosts;
        private DuplexStream? _stream;

        public Target Target => target;

        public async ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken)
        {
            if (_hosts.Commands is not { } change) throw new ChannelNotSupportedException(ChannelKind.Command);
            var here = await new LocalConnector().ConnectAsync(target, cancellationToken);
            return await here.StartAsync(change(command), cancellationToken);
        }

        public ValueTask<DuplexStream> OpenSubsystemAsync(string name, CancellationToken cancellationToken)
        {
            Assert.Equal("sftp", name);
            DuplexStream stream = new SftpProgram(_hosts[target.Name], _hosts.Arguments);
            _stream = stream;
            return new(_hosts.Decorate(stream));
        }

        public async ValueTask DisposeAsync()
        {
            if (_stream is not null) await _stream.DisposeAsync();
        }
    }

    private DuplexStream Decorate(DuplexStream stream) => decorate?.Invoke(stream) ?? stream;
}
