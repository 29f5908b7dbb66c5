using System.Net;
using Peak.Clusters.Definition;

namespace Peak.Clusters;

/// <summary>Which file, and its bytes: the only disk and environment access of this library.</summary>
internal static class ClusterLocator
{
    private const int PieceSize = 1 << 18;

    public static string? FileFromEnvironment() =>
        Environment.GetEnvironmentVariable("CLUSTER") is { Length: > 0 } path ? path : null;

    public static IEnumerable<(string Name, string Value)> EnvironmentVariables()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            yield return ((string)variable.Key, (string?)variable.Value ?? "");
    }

    // Not Environment.MachineName, which ends at the first dot.
    public static string HostName() => Dns.GetHostName();

    public static FileStream Open(string path, FileOptions options = FileOptions.None) =>
        new(path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete, Options = options });

    /// <summary>
    /// Reads a file piece by piece; null, and the file back at its beginning, where it can't be read that way: something
    /// in it may be an error, or it is a pipe, which can't be read a second time for the checker.
    /// </summary>
    public static ClusterModel? TryReadPlain(FileStream file)
    {
        if (!file.CanSeek) return null;
        var builder = new ClusterModelBuilder(file.Length);
        byte[] buffer = new byte[(int)Math.Clamp(file.Length + 1, 1, PieceSize)];
        int kept = 0;
        while (true)
        {
            int read = file.Read(buffer, kept, buffer.Length - kept);
            var text = buffer.AsSpan(0, kept + read);
            int whole = read == 0 ? text.Length : text.LastIndexOf((byte)'\n') + 1;
            builder.AddLines(text[..whole]);
            kept = text.Length - whole;
            if (builder.IsOdd || kept > ClusterFile.MaxLineLength) break;
            if (read == 0)
            {
                if (builder.NeedsCheck) break;
                return builder.Build();
            }

            text[whole..].CopyTo(buffer);
            if (kept == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }

        file.Position = 0;
        return null;
    }

    /// <summary>The meaning of a whole text; null where something in it may be an error.</summary>
    public static ClusterModel? TryReadPlain(ReadOnlySpan<byte> text)
    {
        var builder = new ClusterModelBuilder(text.Length);
        builder.AddLines(text);
        return builder.NeedsCheck ? null : builder.Build();
    }

    /// <summary>Reads everything, but stops early at what can't be a cluster file.</summary>
    public static byte[] ReadToEnd(Stream stream, string? path)
    {
        var text = new GrowingText(stream, path);
        while (text.Add(stream.Read(text.Room.Span))) { }
        return text.ToArray();
    }

    /// <inheritdoc cref="ReadToEnd"/>
    public static async Task<byte[]> ReadToEndAsync(Stream stream, string? path, CancellationToken cancellationToken)
    {
        var text = new GrowingText(stream, path);
        while (text.Add(await stream.ReadAsync(text.Room, cancellationToken).ConfigureAwait(false))) { }
        return text.ToArray();
    }

    /// <summary>What has been read of a text so far.</summary>
    private sealed class GrowingText
    {
        private readonly long _expected;
        private readonly string _path;
        private byte[] _bytes;
        private int _count;
        private int _lineStart;

        public GrowingText(Stream stream, string? path)
        {
            _path = path ?? "the text";
            _expected = stream.CanSeek ? stream.Length - stream.Position + 1 : 4096;
            _bytes = new byte[(int)Math.Clamp(_expected, 1, ClusterFile.MaxLineLength + 1)];
        }

        /// <summary>
        /// Where to read to: no more than a line may have until one has ended. Two gigabytes without an end are refused
        /// before they are in memory.
        /// </summary>
        public Memory<byte> Room => _bytes.AsMemory(_count, Math.Min(_bytes.Length - _count, ClusterFile.MaxLineLength + 1));

        /// <summary>Takes what has been read into account; false at the end.</summary>
        public bool Add(int read)
        {
            if (read == 0) return false;
            int lastEnd = _bytes.AsSpan(_count, read).LastIndexOf((byte)'\n');
            if (lastEnd >= 0) _lineStart = _count + lastEnd + 1;
            _count += read;
            if (_count - _lineStart > ClusterFile.MaxLineLength)
                throw new IOException($"{_path}: a line is longer than {ClusterFile.MaxLineLength} bytes.");
            if (_count < _bytes.Length) return true;
            if (_count == Array.MaxLength) throw new IOException($"{_path}: larger than 2 GiB.");
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(_expected, _count * 2L)));
            return true;
        }

        public byte[] ToArray() => _bytes.AsSpan(0, _count).ToArray();
    }
}
