using System.Buffers;
using System.Buffers.Binary;

namespace Peak.Clusters.Remote.Files.Protocol;

/// <summary>Writes what a request asks for, in the SSH wire format (RFC 4251 §5); any number of requests after each other.</summary>
internal sealed class SftpWriter
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public SftpWriter Byte(byte value)
    {
        Reserve(1)[0] = value;
        return this;
    }

    public SftpWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);
        return this;
    }

    public SftpWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), value);
        return this;
    }

    public SftpWriter String(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        value.CopyTo(Reserve(value.Length));
        return this;
    }

    /// <summary>A name, byte for byte.</summary>
    public SftpWriter String(string value)
    {
        int count = ByteText.GetByteCount(value);
        UInt32((uint)count);
        ByteText.GetBytes(value, Reserve(count));
        return this;
    }

    public SftpWriter Attributes(in SftpAttributes attributes)
    {
        const uint Size = 1, Owner = 2, Permissions = 4, Times = 8;
        bool owned = attributes is { User: not null, Group: not null };
        bool timed = attributes is { AccessedAt: not null, ModifiedAt: not null };
        UInt32((attributes.Size is null ? 0 : Size) | (owned ? Owner : 0) | (attributes.Permissions is null ? 0 : Permissions)
            | (timed ? Times : 0));
        if (attributes.Size is { } size) UInt64((ulong)size);
        if (owned) UInt32(attributes.User!.Value).UInt32(attributes.Group!.Value);
        if (attributes.Permissions is { } mode) UInt32((uint)mode);
        if (timed) UInt32(Seconds(attributes.AccessedAt!.Value)).UInt32(Seconds(attributes.ModifiedAt!.Value));
        return this;
    }

    /// <summary>A time as the protocol can have it: the nearest there is.</summary>
    public static uint Seconds(DateTimeOffset time) => (uint)Math.Clamp(time.ToUnixTimeSeconds(), 0, uint.MaxValue);

    /// <summary>Room for that many bytes, to be written by whoever asks.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(Length * 2, Length + count)));
            Written.CopyTo(larger);
            if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        var room = _bytes.AsSpan(Length, count);
        Length += count;
        return room;
    }

    /// <summary>Takes back what was written last.</summary>
    public void Shorten(int length) => Length = length;

    /// <summary>Gives its memory away.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}
