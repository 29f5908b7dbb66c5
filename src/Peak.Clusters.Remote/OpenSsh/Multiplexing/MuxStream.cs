using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.OpenSsh.Multiplexing;

/// <summary>A channel to a subsystem or a socket, as a stream of both directions.</summary>
internal sealed class MuxStream(MuxChannel channel) : DuplexStream
{
    /// <exception cref="ConnectionException">The connection was lost.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await channel.StandardOutput.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        // A socket that is closed says nothing about an exit; a lost connection is told by its words.
        if (count == 0 && !buffer.IsEmpty && channel.IsLost) throw new ConnectionException(channel.Ended!);
        return count;
    }

    /// <exception cref="IOException">Nobody reads the other side any more, or the connection was lost.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        channel.WriteAsync(buffer, cancellationToken);

    public override ValueTask CompleteWritesAsync()
    {
        channel.EndInput();
        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) channel.Abandon();
        base.Dispose(disposing);
    }
}
