using System.Buffers;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Hosting.Monitoring;

/// <summary>What a look at the place of the file found.</summary>
internal enum FileCondition
{
    /// <summary>No file is named.</summary>
    Unnamed,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>It can't be read.</summary>
    Unreadable,

    /// <summary>It changed while it was read.</summary>
    Changing,

    /// <summary>Its bytes.</summary>
    Read,
}

/// <summary>One look at the file: which, in what condition, and its bytes.</summary>
internal sealed record FileObservation(string? Path, FileCondition Condition)
{
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    public DateTime Written { get; private init; }

    /// <summary>Why the file can't be read.</summary>
    public string? Reason { get; private init; }

    /// <summary>Looks at a file.</summary>
    /// <param name="path">The file, if one is named.</param>
    /// <param name="last">An earlier look; its bytes are used again if they are still the same.</param>
    public static FileObservation Of(string? path, FileObservation? last)
    {
        if (path is null) return new(path, FileCondition.Unnamed);
        try
        {
            // Opened anew each time: that is also what makes a network file system ask its server.
            using var stream = new FileStream(
                path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete });
            var written = File.GetLastWriteTimeUtc(stream.SafeFileHandle);
            var bytes = last is { Condition: FileCondition.Read } && HasBytes(stream, last.Bytes.Span)
                ? last.Bytes
                : ClusterFile.Load(stream, path).Bytes;
            bool whole = !stream.CanSeek
                || (stream.Length == bytes.Length && File.GetLastWriteTimeUtc(stream.SafeFileHandle) == written);
            return whole
                ? new(path, FileCondition.Read) { Bytes = bytes, Written = written }
                : new(path, FileCondition.Changing);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(path, FileCondition.Missing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ClusterFileException or NotSupportedException)
        {
            return new(path, FileCondition.Unreadable) { Reason = e.Message };
        }
    }

    /// <summary>Whether both looks found the same.</summary>
    public bool SameAs(FileObservation? other) =>
        other is not null && Condition == other.Condition && Path == other.Path && Reason == other.Reason
        && Bytes.Span.SequenceEqual(other.Bytes.Span);

    private static bool HasBytes(FileStream stream, ReadOnlySpan<byte> bytes)
    {
        if (!stream.CanSeek || stream.Length != bytes.Length) return false;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int at = 0;
            for (int read; (read = stream.Read(buffer)) > 0; at += read)
                if (at + read > bytes.Length || !buffer.AsSpan(0, read).SequenceEqual(bytes.Slice(at, read)))
                    break;
            if (at == bytes.Length) return true;
            stream.Position = 0;
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
