using System.Text;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Definition;

/// <summary>
/// The text of a cluster file, line by line and lossless: <see cref="Bytes"/> are the bytes that were read, comments
/// and odd line ends included. Immutable.
/// </summary>
/// <remarks>No input makes <c>Parse</c> throw; what is wrong with a file stands in <see cref="Diagnostics"/>.</remarks>
public sealed class ClusterFile
{
    private readonly byte[] _bytes;

    private ClusterFile(byte[] bytes, string? path)
    {
        _bytes = bytes;
        Path = path;
        HasByteOrderMark = bytes.AsSpan().StartsWith(LineScanner.ByteOrderMark);
    }

    /// <summary>The name to call the file by in messages; null for a text that is no file.</summary>
    public string? Path { get; }

    /// <summary>The bytes as they were read.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Whether the text begins with a UTF-8 byte-order mark, which then belongs to no line.</summary>
    public bool HasByteOrderMark { get; }

    /// <summary>The lines in order. A text that ends with a line end has no empty last line.</summary>
    public IReadOnlyList<ClusterLine> Lines => LineArray;

    // Split when first asked for: whoever wants the bytes alone does not wait for it.
    internal ClusterLine[] LineArray => field ??= Split(_bytes, HasByteOrderMark ? LineScanner.ByteOrderMark.Length : 0);

    /// <summary>Everything ambiguous or dangerous in the file, in order of position; empty when there is nothing.</summary>
    /// <remarks>
    /// Of one code at most 1,000 are listed one by one; one more then says how many there are besides. They are looked for
    /// when first asked for.
    /// </remarks>
    public IReadOnlyList<Diagnostic> Diagnostics => field ??= Checker.Check(this);

    /// <summary>Parses a text.</summary>
    /// <param name="text">The text; encoded as UTF-8.</param>
    /// <param name="path">The name to call it by in messages.</param>
    public static ClusterFile Parse(string text, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ClusterFile(Encoding.UTF8.GetBytes(text), path);
    }

    /// <summary>Parses bytes, which need not be valid UTF-8.</summary>
    /// <param name="utf8">The bytes; they are copied.</param>
    /// <param name="path">The name to call them by in messages.</param>
    public static ClusterFile Parse(ReadOnlySpan<byte> utf8, string? path = null) => new(utf8.ToArray(), path);

    /// <summary>Reads and parses a file.</summary>
    /// <param name="path">The file; a relative path is taken from the working directory.</param>
    /// <exception cref="IOException">The file can't be read, or has a line longer than <see cref="MaxLineLength"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">Reading the file is not allowed.</exception>
    public static ClusterFile Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = ClusterLocator.Open(path);
        return Load(file, path);
    }

    /// <summary>Reads and parses a stream to its end.</summary>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="path">The name to call it by in messages.</param>
    /// <exception cref="IOException">The stream can't be read, or has a line longer than <see cref="MaxLineLength"/>.</exception>
    public static ClusterFile Load(Stream stream, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new ClusterFile(ClusterLocator.ReadToEnd(stream, path), path);
    }

    /// <summary>
    /// The longest line that is read from a disk or a stream, in bytes (1,048,576). No host name is longer than 255; a
    /// line beyond this is a device or a binary, and reading it to its end could take all memory.
    /// </summary>
    public const int MaxLineLength = 1 << 20;

    /// <summary>The line and column of a byte.</summary>
    /// <param name="offset">From 0 to the length of the text, both included.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is outside the text.</exception>
    public TextPosition GetPosition(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, _bytes.Length);
        var lines = LineArray;
        int line = FindLine(lines, offset);
        int start = line < lines.Length ? lines[line].Span.Start : lines.Length == 0 ? 0 : lines[^1].Span.End;
        int column = offset < start ? 1 : 1 + Utf8Names.CountCodePoints(_bytes.AsSpan(start, offset - start));
        return new TextPosition(line + 1, column);
    }

    /// <summary>The text of a span, undecodable bytes written as <c>\xHH</c>.</summary>
    /// <param name="span">A span of this file.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="span"/> is outside the text.</exception>
    public string GetText(TextSpan span) => Utf8Names.Decode(span.Of(_bytes));

    /// <summary>The text, undecodable bytes written as <c>\xHH</c>; <see cref="Bytes"/> has the text itself.</summary>
    public override string ToString() => Utf8Names.Decode(_bytes);

    /// <summary>The bytes of the lines: all but the byte-order mark.</summary>
    internal ReadOnlySpan<byte> Text => _bytes.AsSpan(HasByteOrderMark ? LineScanner.ByteOrderMark.Length : 0);

    private int FindLine(ClusterLine[] lines, int offset)
    {
        int low = 0, high = lines.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (lines[middle].Span.End <= offset) low = middle + 1;
            else high = middle;
        }

        // After the last byte of an unterminated last line we are still on that line.
        if (low == lines.Length && low > 0 && _bytes[^1] != '\n') low--;
        return low;
    }

    private static ClusterLine[] Split(ReadOnlySpan<byte> text, int start)
    {
        var lines = new ClusterLine[text[start..].Count((byte)'\n') + (text.Length > start && text[^1] != '\n' ? 1 : 0)];
        for (int i = 0; i < lines.Length; i++)
        {
            var rest = text[start..];
            int length = rest.IndexOf((byte)'\n');
            int whole = length < 0 ? rest.Length : length + 1;
            var kind = LineScanner.Classify(length < 0 ? rest : rest[..length], out var content, out var name);
            lines[i] = new ClusterLine(kind, new(start, whole), Shift(content, start), Shift(name, start));
            start += whole;
        }

        return lines;
    }

    private static TextSpan Shift(TextSpan span, int by) => new(span.Start + by, span.Length);
}
