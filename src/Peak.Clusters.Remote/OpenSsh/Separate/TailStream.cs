namespace Peak.Clusters.Remote.OpenSsh.Separate;

/// <summary>Passes on what is read from another stream, and remembers the end of it.</summary>
internal sealed class TailStream(Stream stream) : Stream
{
    /// <summary>Enough for a sentence with a host name in it.</summary>
    private const int Kept = 512;
    private byte[] _tail = [];

    /// <summary>The last bytes that were read, some hundreds at most.</summary>
    public ReadOnlySpan<byte> Tail => _tail;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0) Remember(buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = stream.Read(buffer, offset, count);
        Remember(buffer.AsSpan(offset, read));
        return read;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Remember(ReadOnlySpan<byte> read)
    {
        int before = Math.Max(0, Math.Min(_tail.Length, Kept - read.Length));
        _tail = [.. _tail[^before..], .. read[Math.Max(0, read.Length - Kept)..]];
    }
}
