using System.Diagnostics.CodeAnalysis;
using Peak.Clusters.NodeSets.Groups;
using Peak.Clusters.NodeSets.Parsing;

namespace Peak.Clusters.NodeSets;

/// <summary>
/// A node set as somebody wrote it, with groups, wildcards and operators: <c>@web,db[1-4]!@down</c>. Parsing it needs
/// nothing but the text; evaluating it needs somebody who knows the groups. Immutable; safe for any number of threads.
/// </summary>
/// <remarks>
/// The operators <c>,</c> (union), <c>!</c> (except), <c>&amp;</c> (intersect) and <c>^</c> (in exactly one) are done
/// from left to right; there are no parentheses. docs/node-sets.md has the whole notation.
/// </remarks>
public sealed class NodeSetExpression : ISpanParsable<NodeSetExpression>
{
    private readonly byte[] _text;
    private readonly string? _string;

    private NodeSetExpression(byte[] text, string? @string, NodeSetTerm[] terms)
    {
        _text = text;
        _string = @string;
        Terms = terms;
    }

    /// <summary>Whether the expression names no groups and has no wildcards, so that it means the same everywhere.</summary>
    public bool IsConstant => Terms.All(t => t.Kind == NodeSetTermKind.Nodes);

    internal NodeSetTerm[] Terms { get; }

    /// <summary>The expression that is a set, whatever characters its names have.</summary>
    /// <param name="nodes">The set.</param>
    public static NodeSetExpression Of(NodeSet nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        return new NodeSetExpression([], null, [new NodeSetTerm(NodeSetOperator.Union, NodeSetTermKind.Nodes, nodes, 0, 0)]);
    }

    /// <summary>Parses an expression.</summary>
    /// <param name="text">The text; blank, it is the empty set.</param>
    /// <exception cref="NodeSetException">The text is no expression.</exception>
    public static NodeSetExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out NodeSetExpression? expression, out NodeSetError? error) ? expression : throw new NodeSetException(error);
    }

    /// <summary>Parses an expression.</summary>
    /// <param name="text">The text; blank, it is the empty set.</param>
    /// <param name="expression">The expression, if the text is one.</param>
    /// <param name="error">What is wrong, if the text is none.</param>
    /// <returns>Whether the text is an expression.</returns>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out NodeSetExpression? expression, [NotNullWhen(false)] out NodeSetError? error) =>
        TryParse(ByteText.GetBytes(text), text, out expression, out error);

    /// <summary>Parses an expression.</summary>
    /// <param name="utf8Text">The text in UTF-8; blank, it is the empty set.</param>
    /// <param name="expression">The expression, if the text is one.</param>
    /// <param name="error">What is wrong, if the text is none; its position is in characters.</param>
    /// <returns>Whether the text is an expression.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8Text, [NotNullWhen(true)] out NodeSetExpression? expression, [NotNullWhen(false)] out NodeSetError? error) =>
        TryParse(utf8Text.ToArray(), null, out expression, out error);

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    public static NodeSetExpression Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    public static NodeSetExpression Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    /// <summary>Parses an expression.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    /// <param name="result">The expression, if the text is one.</param>
    /// <returns>Whether the text is an expression.</returns>
    public static bool TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out NodeSetExpression result)
    {
        result = null;
        return s is not null && TryParse(s, out result, out _);
    }

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out NodeSetExpression)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out NodeSetExpression result) =>
        TryParse(s.ToString(), out result, out _);

    /// <summary>The set that the expression means where there are no groups.</summary>
    /// <exception cref="NodeSetException">The expression has a group or a wildcard.</exception>
    public NodeSet Evaluate() => Evaluate(GroupSources.None);

    /// <summary>The set that the expression means in a cluster.</summary>
    /// <param name="cluster">The cluster; it is the source <c>cluster</c> of groups.</param>
    /// <exception cref="NodeSetException">There is no such group.</exception>
    public NodeSet Evaluate(Cluster cluster) => Evaluate(new GroupSources(cluster));

    /// <summary>The set that the expression means with some groups.</summary>
    /// <param name="sources">Who knows the groups.</param>
    /// <exception cref="NodeSetException">There is no such group.</exception>
    public NodeSet Evaluate(GroupSources sources) =>
        TryEvaluate(sources, out var nodes, out var error) ? nodes : throw new NodeSetException(error);

    /// <summary>The set that the expression means with some groups.</summary>
    /// <param name="sources">Who knows the groups.</param>
    /// <param name="nodes">The set, if all groups are known.</param>
    /// <param name="error">What is wrong, if they aren't.</param>
    /// <returns>Whether all groups are known.</returns>
    public bool TryEvaluate(GroupSources sources, [NotNullWhen(true)] out NodeSet? nodes, [NotNullWhen(false)] out NodeSetError? error)
    {
        ArgumentNullException.ThrowIfNull(sources);
        (nodes, var fault) = new NodeSetEvaluation(sources).Evaluate(this, sources.Default, 0);
        error = fault?.Describe(_text);
        return nodes is not null;
    }

    /// <summary>
    /// What does nothing in the expression: an operator <c>!</c> or <c>&amp;</c> that takes nothing away, a wildcard that matches nothing.
    /// </summary>
    /// <param name="sources">Who knows the groups.</param>
    /// <returns>The parts, in order; none where the expression can't be evaluated.</returns>
    public IReadOnlyList<NodeSetError> FindIdleParts(GroupSources sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (Terms.All(t => t.Kind != NodeSetTermKind.Wildcards && t.Operator is not (NodeSetOperator.Except or NodeSetOperator.Intersect)))
            return [];
        var idle = new List<SyntaxFault>();
        var (nodes, _) = new NodeSetEvaluation(sources).Evaluate(this, sources.Default, 0, idle);
        return nodes is null ? [] : [.. idle.Select(part => part.Describe(_text))];
    }

    /// <summary>The expression as it was written; of a set, folded.</summary>
    public override string ToString() =>
        _string ?? (_text.Length > 0 || Terms.Length == 0 ? ByteText.GetString(_text) : Terms[0].Names.ToString());

    internal ReadOnlySpan<byte> TextOf(NodeSetTerm term) => _text.AsSpan(term.Start, term.Length);

    private static bool TryParse(byte[] utf8, string? text, out NodeSetExpression? expression, out NodeSetError? error)
    {
        var parser = new NodeSetParser(utf8);
        expression = parser.Parse() is { } terms ? new NodeSetExpression(utf8, text, terms) : null;
        error = expression is null ? parser.Error!.Value.Describe(utf8) : null;
        return expression is not null;
    }
}
