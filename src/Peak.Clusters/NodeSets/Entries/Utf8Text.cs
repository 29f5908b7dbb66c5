using System.Buffers;

namespace Peak.Clusters.NodeSets.Entries;

/// <summary>A growing UTF-8 text; or, given a writer, a stream of UTF-8 into it.</summary>
internal struct Utf8Text(IBufferWriter<byte>? writer) : IDisposable
{
    private const int BlockSize = 64 * 1024;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(writer is null ? 256 : BlockSize);
    private int _length;

    public Utf8Text()
        : this(null)
    {
    }

    public readonly ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    public void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length));
        _length += text.Length;
    }

    public void Append(byte b)
    {
        Reserve(1)[0] = b;
        _length++;
    }

    public void AppendIndex(long code)
    {
        // First room, which may empty the buffer, then the length.
        var room = Reserve(IndexCode.MaxDigits + 1);
        _length += IndexCode.Format(code, room);
    }

    public void AppendNumber(long value) => AppendNumber(value, 0);

    /// <summary>Appends a number, padded with zeros to a number of digits.</summary>
    public void AppendNumber(long value, int digits) =>
        AppendIndex(IndexCode.Encode(value, Math.Max(digits, IndexCode.CountDigits(Math.Abs(value)))));

    public readonly override string ToString() => ByteText.GetString(Span);

    public void Flush()
    {
        if (writer is null || _length == 0) return;
        writer.Write(Span);
        _length = 0;
    }

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length >= count) return _buffer.AsSpan(_length);
        Flush();
        if (_buffer.Length - _length < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_length);
    }
}
