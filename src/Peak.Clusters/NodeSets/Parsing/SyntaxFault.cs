namespace Peak.Clusters.NodeSets.Parsing;

/// <summary>An error in UTF-8 text; the position is in bytes until somebody asks.</summary>
internal readonly record struct SyntaxFault(int Start, int Length, string Message, string Remedy)
{
    public NodeSetError Describe(ReadOnlySpan<byte> text) => new(
        ByteText.GetString(text[..Start]).Length, ByteText.GetString(text.Slice(Start, Length)).Length, Message, Remedy);
}
