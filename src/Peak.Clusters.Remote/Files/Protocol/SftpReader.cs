using System.Buffers.Binary;

namespace Peak.Clusters.Remote.Files.Protocol;

/// <summary>Reads the fields of an answer, none of which is to be trusted.</summary>
/// <param name="body">The answer without its length, kind and id.</param>
internal ref struct SftpReader(ReadOnlySpan<byte> body)
{
    /// <summary>As many bytes as the protocol allows for a handle.</summary>
    private const int MaxHandle = 256;

    private ReadOnlySpan<byte> _rest = body;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public readonly int Left => _rest.Length;

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>A number that a server may make as large as it likes.</summary>
    public long Number() => (long)Math.Min(UInt64(), long.MaxValue);

    public ReadOnlySpan<byte> String()
    {
        uint length = UInt32();
        return length > _rest.Length ? throw TooShort() : Take((int)length);
    }

    public string Text() => ByteText.GetString(String());

    public byte[] Handle() =>
        String() is { Length: <= MaxHandle } handle ? handle.ToArray() : throw SftpException.Broken("a handle of more than 256 bytes");

    public SftpAttributes Attributes()
    {
        const uint Size = 1, Owner = 2, Permissions = 4, Times = 8, Extended = 0x80000000;
        uint flags = UInt32();
        if ((flags & ~(Size | Owner | Permissions | Times | Extended)) != 0) throw SftpException.Broken("attributes of an unknown kind");
        var attributes = default(SftpAttributes);
        if ((flags & Size) != 0)
        {
            ulong size = UInt64();
            if (size > long.MaxValue) throw SftpException.Broken($"a file of {size} bytes");
            attributes = attributes with { Size = (long)size };
        }

        if ((flags & Owner) != 0) attributes = attributes with { User = UInt32(), Group = UInt32() };
        if ((flags & Permissions) != 0)
        {
            uint mode = UInt32();
            attributes = attributes with { Permissions = (UnixFileMode)(mode & 0xfff), Kind = KindOf(mode) };
        }

        if ((flags & Times) != 0) attributes = attributes with { AccessedAt = Time(UInt32()), ModifiedAt = Time(UInt32()) };
        if ((flags & Extended) == 0) return attributes;
        for (uint count = UInt32(); count > 0; count--)
        {
            String();
            String();
        }

        return attributes;
    }

    private static SftpFileKind KindOf(uint mode) => (mode & 0xf000) switch
    {
        0 => SftpFileKind.Unknown,
        0x8000 => SftpFileKind.File,
        0x4000 => SftpFileKind.Folder,
        0xa000 => SftpFileKind.SymbolicLink,
        _ => SftpFileKind.Special,
    };

    private static DateTimeOffset Time(uint seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw TooShort();
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static SftpException TooShort() => SftpException.Broken("an answer that ends too early");
}
