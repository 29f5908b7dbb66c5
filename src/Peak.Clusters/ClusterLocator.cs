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

    public static FileStream Open(string path) =>
        new(path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete });

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

    /// <summary>Reads everything, but stops early at what can't be a cluster file.</summary>
    public static byte[] ReadToEnd(Stream stream, string? path)
    {
        // No more than a line may have until one has ended: two gigabytes without an end are refused before they are in memory.
        long expected = stream.CanSeek ? stream.Length - stream.Position + 1 : 4096;
        byte[] bytes = new byte[(int)Math.Clamp(expected, 1, ClusterFile.MaxLineLength + 1)];
        int count = 0, lineStart = 0;
        while (true)
        {
            int read = stream.Read(bytes, count, Math.Min(bytes.Length - count, ClusterFile.MaxLineLength + 1));
            if (read == 0) return bytes.AsSpan(0, count).ToArray();
            count += read;
            int lastEnd = bytes.AsSpan(count - read, read).LastIndexOf((byte)'\n');
            if (lastEnd >= 0) lineStart = count - read + lastEnd + 1;
            if (count - lineStart > ClusterFile.MaxLineLength) throw new IOException($"{path}: a line is longer than {ClusterFile.MaxLineLength} bytes.");
            if (count == bytes.Length)
            {
                if (count == Array.MaxLength) throw new IOException($"{path}: larger than 2 GiB.");
                Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(expected, count * 2L)));
            }
        }
    }
}
