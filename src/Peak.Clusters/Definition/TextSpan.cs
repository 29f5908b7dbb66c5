namespace Peak.Clusters.Definition;

/// <summary>A stretch of a cluster file, in bytes from its beginning.</summary>
/// <param name="Start">The offset of the first byte, from 0.</param>
/// <param name="Length">The number of bytes; 0 for a place between two bytes.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>The offset just after the last byte.</summary>
    public int End => Start + Length;

    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text) => text.Slice(Start, Length);
}
