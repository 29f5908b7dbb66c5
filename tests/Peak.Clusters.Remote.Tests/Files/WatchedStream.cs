using System.Buffers.Binary;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Tells of each message before it goes to the host, by its kind.</summary>
internal sealed class WatchedStream(DuplexStream inner, Action<byte> seen) : DuplexStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var rest = buffer.Span; rest.Length > 4;)
        {
            seen(rest[4]);
            rest = rest[(4 + BinaryPrimitives.ReadInt32BigEndian(rest))..];
        }

        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override ValueTask CompleteWritesAsync() => inner.CompleteWritesAsync();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }
}
