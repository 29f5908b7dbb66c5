using System.Text;

namespace Peak.Clusters.NodeSets.Parsing;

/// <summary>An error in UTF-8 text; the position is in bytes until somebody asks.</summary>
internal readonly record struct SyntaxFault(int Start, int Length, string Message, string Remedy)
{
    public NodeSetError Describe(ReadOnlySpan<byte> text) => new(
        Encoding.UTF8.GetCharCount(text[..Start]), Encoding.UTF8.GetCharCount(text.Slice(Start, Length)), Message, Remedy);

    /// <summary>A piece of the user's text, short and harmless to print.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        string piece = Definition.Utf8Names.Decode(text);
        var quoted = new StringBuilder("'");
        foreach (char c in piece.Length > 60 ? piece.AsSpan(0, 57) : piece) quoted.Append(char.IsControl(c) ? $"\\x{(int)c:x2}" : c);
        return quoted.Append(piece.Length > 60 ? "…'" : "'").ToString();
    }
}
