using System.Diagnostics.CodeAnalysis;

namespace Peak.Clusters.NodeSets;

public sealed partial class NodeSet
{
    /// <summary>Parses a set without groups and wildcards: <c>web[1-20]!web7,db1</c>.</summary>
    /// <param name="text">The text; blank, it is the empty set.</param>
    /// <exception cref="NodeSetException">
    /// The text is no node set, or it has a group or a wildcard: those need a <see cref="NodeSetExpression"/>.
    /// </exception>
    public static NodeSet Parse(string text) => NodeSetExpression.Parse(text).Evaluate();

    /// <summary>Parses a set without groups and wildcards.</summary>
    /// <param name="text">The text; blank, it is the empty set.</param>
    /// <param name="set">The set, if the text is one.</param>
    /// <param name="error">What is wrong, if the text is none.</param>
    /// <returns>Whether the text is a set.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NodeSet? set, [NotNullWhen(false)] out NodeSetError? error)
    {
        set = null;
        return NodeSetExpression.TryParse(text, out NodeSetExpression? expression, out error)
            && expression.TryEvaluate(GroupSources.None, out set, out error);
    }

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    public static NodeSet Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    public static NodeSet Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    /// <summary>Parses a set without groups and wildcards.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    /// <param name="result">The set, if the text is one.</param>
    /// <returns>Whether the text is a set.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out NodeSet result)
    {
        result = null;
        return s is not null && TryParse(s, out result, out _);
    }

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out NodeSet)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out NodeSet result) =>
        TryParse(s.ToString(), out result, out _);
}
