using System.Buffers.Binary;
using System.Text;

namespace Peak.Clusters.Remote.OpenSsh.Multiplexing;

/// <summary>Writes packets in the SSH wire format (RFC 4251 §5), each after its length; any number into one buffer.</summary>
internal sealed class WireWriter
{
    private byte[] _bytes = new byte[256];
    private int _length;
    private int _packet;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Clear() => _length = 0;

    /// <summary>Begins a message of the multiplexing protocol.</summary>
    public WireWriter Begin(MuxMessage type) => Begin().UInt32((uint)type);

    /// <summary>Begins a message of the SSH connection protocol, as a master in proxy mode takes it: unpadded.</summary>
    public WireWriter Begin(SshMessage type) => Begin().Byte(0).Byte((byte)type);

    public WireWriter Byte(byte value)
    {
        Reserve(1)[0] = value;
        return this;
    }

    public WireWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);
        return this;
    }

    public WireWriter String(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        value.CopyTo(Reserve(value.Length));
        return this;
    }

    public WireWriter String(string value)
    {
        int count = ByteText.GetByteCount(value);
        UInt32((uint)count);
        ByteText.GetBytes(value, Reserve(count));
        return this;
    }

    /// <summary>Ends the message.</summary>
    public WireWriter End()
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_packet), _length - _packet - 4);
        return this;
    }

    private WireWriter Begin()
    {
        _packet = _length;
        return UInt32(0);
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        Span<byte> room = _bytes.AsSpan(_length, count);
        _length += count;
        return room;
    }
}

/// <summary>Reads the fields of one packet in the SSH wire format.</summary>
/// <param name="packet">The packet without its length.</param>
internal ref struct WireReader(ReadOnlySpan<byte> packet)
{
    private ReadOnlySpan<byte> _rest = packet;

    public byte Byte() => Take(1)[0];

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ReadOnlySpan<byte> String()
    {
        uint length = UInt32();
        return length > _rest.Length ? throw Malformed() : Take((int)length);
    }

    public string Text() => Encoding.UTF8.GetString(String());

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw Malformed();
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static MuxException Malformed() => new("The ssh master sent a message that ends too early.");
}
