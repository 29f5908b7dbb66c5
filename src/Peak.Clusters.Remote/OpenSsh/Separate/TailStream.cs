namespace Peak.Clusters.Remote.OpenSsh.Separate;

/// <summary>Passes on what is read from another stream, and remembers the end of it.</summary>
internal sealed class TailStream(Stream stream) : OneWayStream
{
    /// <summary>Enough for a sentence with a host name in it.</summary>
    private const int Kept = 512;
    private byte[] _tail = [];

    /// <summary>The last bytes that were read, some hundreds at most.</summary>
    public ReadOnlySpan<byte> Tail => _tail;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0) Remember(buffer.Span[..count]);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = stream.Read(buffer, offset, count);
        Remember(buffer.AsSpan(offset, read));
        return read;
    }

    private void Remember(ReadOnlySpan<byte> read)
    {
        int before = Math.Max(0, Math.Min(_tail.Length, Kept - read.Length));
        _tail = [.. _tail[^before..], .. read[Math.Max(0, read.Length - Kept)..]];
    }
}
