using System.Text;

namespace Peak.Clusters.NodeSets.Parsing;

/// <summary>An error in UTF-8 text; the position is in bytes until somebody asks.</summary>
internal readonly record struct SyntaxFault(int Start, int Length, string Message, string Remedy)
{
    public NodeSetError Describe(ReadOnlySpan<byte> text) => new(
        Encoding.UTF8.GetCharCount(text[..Start]), Encoding.UTF8.GetCharCount(text.Slice(Start, Length)), Message, Remedy);
}
