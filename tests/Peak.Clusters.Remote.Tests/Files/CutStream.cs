using System.Buffers.Binary;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>A connection that is cut once so many messages have gone to the host.</summary>
internal sealed class CutStream(DuplexStream inner, int messages) : DuplexStream
{
    private readonly MemoryStream _waiting = new();
    private int _left = messages;

    /// <summary>Whether that was before the end.</summary>
    public bool WasCut { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken);
        return WasCut ? 0 : count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (WasCut) throw new IOException("cut");
        _waiting.Write(buffer.Span);
        byte[] bytes = _waiting.ToArray();
        int end = 0;
        while (bytes.Length - end >= 4
            && BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(end)) is var length
            && bytes.Length - end >= 4 + length)
        {
            if (_left-- == 0)
            {
                WasCut = true;
                break;
            }

            end += 4 + length;
        }

        await inner.WriteAsync(bytes.AsMemory(0, end), cancellationToken);
        _waiting.SetLength(0);
        _waiting.Write(bytes.AsSpan(end));
        if (!WasCut) return;
        await inner.CompleteWritesAsync();
        throw new IOException("cut");
    }

    public override ValueTask CompleteWritesAsync() => inner.CompleteWritesAsync();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }
}
