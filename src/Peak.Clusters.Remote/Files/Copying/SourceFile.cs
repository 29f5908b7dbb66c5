using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>
/// A file of this machine that is read for a host: the very one that was looked at, and unchanged since. Each host reads for itself, so
/// that a slow one holds up nobody; that it is read once is the page cache's work.
/// </summary>
internal sealed class SourceFile : IDisposable
{
    private readonly FileEntry _entry;
    private readonly SafeFileHandle _file;
    private readonly bool _isShared;

    /// <exception cref="IOException">It can't be read, or is another one by now.</exception>
    public SourceFile(FileManifest manifest, FileEntry entry)
    {
        _entry = entry;
        _isShared = entry.Source is null;
        _file = manifest.Stream ?? Posix.OpenAsItIs(PathBytes(entry.Source!), followLink: entry.Parent < 0);
        if (_file.IsInvalid) throw new SourceException($"can't read '{entry.Source}': {Posix.LastMessage}");
        if (_isShared || IsUnchanged()) return;
        Dispose();
        throw Changed();
    }

    /// <summary>Reads bytes, all of them.</summary>
    /// <exception cref="IOException">There are no longer so many, or they can't be read.</exception>
    public void Read(Span<byte> room, long offset)
    {
        while (!room.IsEmpty)
        {
            int count = RandomAccess.Read(_file, room, offset);
            if (count == 0) throw Changed();
            room = room[count..];
            offset += count;
        }
    }

    /// <summary>The next bytes that are no hole, at a place or after it.</summary>
    /// <returns>Null where there are no more.</returns>
    public (long Start, long End)? NextData(long offset, long size)
    {
        if (offset >= size) return null;
        long start = Posix.NextData(_file, offset);
        if (start < 0) return Posix.LastError == Posix.ENXIO ? null : (offset, size);
        if (start >= size) return null;
        long end = Posix.NextHole(_file, start);
        return (start, end > start ? Math.Min(end, size) : size);
    }

    /// <summary>To be asked once all was read: what was read before is of one piece then.</summary>
    /// <exception cref="IOException">It has changed.</exception>
    public void CheckUnchanged()
    {
        if (!_isShared && !IsUnchanged()) throw Changed();
    }

    public void Dispose()
    {
        if (!_isShared) _file.Dispose();
    }

    /// <summary>The SHA-256 of all of it.</summary>
    /// <exception cref="IOException">It can't be read as it was looked at.</exception>
    public static byte[] Checksum(FileManifest manifest, FileEntry entry)
    {
        const int BufferSize = 128 << 10;
        using var source = new SourceFile(manifest, entry);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[(int)Math.Min(BufferSize, entry.Size)];
        for (long at = 0; at < entry.Size; at += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, entry.Size - at));
            source.Read(part, at);
            hash.AppendData(part);
        }

        source.CheckUnchanged();
        return hash.GetHashAndReset();
    }

    /// <summary>As the system takes a path: its bytes, and a null.</summary>
    public static byte[] PathBytes(string path) => ByteText.GetBytes(path + '\0');

    private bool IsUnchanged() => Posix.TryGetStatus(_file, out var status) && FileIdentity.Of(status) == _entry.Identity;

    private SourceException Changed() => new($"'{_entry.Source}' changed while it was copied");
}
