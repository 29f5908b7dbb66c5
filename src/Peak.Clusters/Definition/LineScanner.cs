using System.Runtime.CompilerServices;

namespace Peak.Clusters.Definition;

/// <summary>
/// The one place that knows what a line of a cluster file means (rules 1 and 2 of docs/file-format.md).
/// Everything that reads cluster files, whole or in pieces, goes through <see cref="Classify"/>.
/// </summary>
internal static class LineScanner
{
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Classifies <paramref name="line"/> (without its <c>\n</c>); the spans are relative to its beginning.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ClusterLineKind Classify(ReadOnlySpan<byte> line, out TextSpan content, out TextSpan name)
    {
        int start = 0, end = line.Length;
        while (start < end && IsWhiteSpace(line[start])) start++;
        while (end > start && IsWhiteSpace(line[end - 1])) end--;
        content = new TextSpan(start, end - start);
        name = default;
        if (start == end) return ClusterLineKind.Blank;
        byte first = line[start];
        if (first == '#') return ClusterLineKind.Comment;
        if (first is (byte)'G' or (byte)'L')
        {
            var text = line[start..end];
            if (text.StartsWith("GROUP:"u8)) return Section(line, start + 6, end, out name, ClusterLineKind.Group);
            if (text.StartsWith("LUMP:"u8)) return Section(line, start + 5, end, out name, ClusterLineKind.Lump);
        }

        name = content;
        return ClusterLineKind.Member;
    }

    /// <summary>Space, tab, CR, VT or FF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWhiteSpace(byte b) => b <= ' ' && b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\v' or (byte)'\f';

    private static ClusterLineKind Section(
        ReadOnlySpan<byte> line, int start, int end, out TextSpan name, ClusterLineKind kind)
    {
        while (start < end && IsWhiteSpace(line[start])) start++;
        name = new TextSpan(start, end - start);
        return kind;
    }
}
