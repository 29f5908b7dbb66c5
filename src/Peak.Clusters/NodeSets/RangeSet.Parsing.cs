using System.Diagnostics.CodeAnalysis;
using Peak.Clusters.NodeSets.Parsing;

namespace Peak.Clusters.NodeSets;

public sealed partial class RangeSet
{
    /// <summary>Reads a range set: <c>1-5,7,10-20/2,008-012,-3--1</c>.</summary>
    /// <param name="text">The text; blank, it is the empty set.</param>
    /// <exception cref="NodeSetException">The text is no range set.</exception>
    public static RangeSet Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out RangeSet? set, out NodeSetError? error) ? set : throw new NodeSetException(error);
    }

    /// <summary>Reads a range set.</summary>
    /// <param name="text">The text; blank, it is the empty set.</param>
    /// <param name="set">The set, if the text is one.</param>
    /// <param name="error">What is wrong, if the text is none.</param>
    /// <returns>Whether the text is a range set.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RangeSet? set, [NotNullWhen(false)] out NodeSetError? error)
    {
        error = null;
        set = Empty;
        if (string.IsNullOrWhiteSpace(text)) return true;
        byte[] utf8 = ByteText.GetBytes(text);
        var parser = new RangeParser(utf8);
        set = parser.Parse(0, utf8.Length);
        error = set is null ? parser.Error!.Value.Describe(utf8) : null;
        return set is not null;
    }

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    public static RangeSet Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    public static RangeSet Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    /// <summary>Reads a range set.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    /// <param name="result">The set, if the text is one.</param>
    /// <returns>Whether the text is a range set.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out RangeSet result) =>
        TryParse(s, out result, out _);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out RangeSet)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out RangeSet result) =>
        TryParse(s.ToString(), out result, out _);
}
