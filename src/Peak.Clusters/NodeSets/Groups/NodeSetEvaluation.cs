using System.Buffers;
using Peak.Clusters.NodeSets.Parsing;

namespace Peak.Clusters.NodeSets.Groups;

/// <summary>One evaluation of an expression. Each group is looked up once, however often it is mentioned.</summary>
internal sealed class NodeSetEvaluation(GroupSources sources)
{
    private static readonly SearchValues<char> Notation = SearchValues.Create("@,!&^*");

    private const string Star = "*";
    private const int MaxDepth = 500;
    private const int MaxMasks = 10_000;
    private const int MaxSearched = 10_000_000;

    private readonly Dictionary<(IGroupSource Source, string Group, Wildcards Wildcards), NodeSet?> _groups = [];
    private Wildcards _wildcards;

    /// <summary>Evaluates an expression.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="source">The source of groups that name none.</param>
    /// <param name="depth">How many groups this one is within.</param>
    /// <param name="idle">Where to put what does nothing in this expression; null where nobody wants to know.</param>
    /// <returns>The set, or the error in this expression's text.</returns>
    public (NodeSet? Nodes, SyntaxFault? Error) Evaluate(
        NodeSetExpression expression, IGroupSource? source, int depth, List<SyntaxFault>? idle = null)
    {
        var nodes = NodeSet.Empty;
        NodeSetBuilder? union = null;
        foreach (var term in expression.Terms)
        {
            NodeSet operand;
            try
            {
                operand = term.Kind switch
                {
                    NodeSetTermKind.Groups => Groups(term.Names, source, depth),
                    NodeSetTermKind.Wildcards => Match(term.Names, source, depth),
                    _ => term.Names,
                };
            }
            catch (NodeSetException e)
            {
                return (null, new SyntaxFault(term.Start, term.Length, e.Error.Message, e.Error.Remedy));
            }

            if (idle is not null && term.Kind == NodeSetTermKind.Wildcards && operand.IsEmpty)
                idle.Add(new(term.Start, term.Length, "No node matches this wildcard.", "'@*' has all nodes."));
            if (term.Operator == NodeSetOperator.Union)
            {
                // Many sets are put together at once; one is left as it is.
                if (union is null && nodes.IsEmpty)
                {
                    nodes = operand;
                    continue;
                }

                if (union is null) (union = new NodeSetBuilder()).Add(nodes);
                union.Add(operand);
                continue;
            }

            if (union is not null) (nodes, union) = (union.Build(), null);
            var before = nodes;
            nodes = term.Operator switch
            {
                NodeSetOperator.Except => nodes.Except(operand),
                NodeSetOperator.Intersect => nodes.Intersect(operand),
                _ => nodes.SymmetricExcept(operand),
            };
            if (idle is not null && term.Operator is NodeSetOperator.Except or NodeSetOperator.Intersect && !before.IsEmpty
                && nodes.LongCount == before.LongCount)
            {
                char sign = term.Operator == NodeSetOperator.Except ? '!' : '&';
                idle.Add(new(term.Start, term.Length, $"'{sign}' takes nothing away here.", "See whether it names what you mean."));
            }
        }

        return (union?.Build() ?? nodes, null);
    }

    /// <summary>The nodes of a group.</summary>
    public NodeSet Group(string group, IGroupSource source, int depth)
    {
        var key = (source, group, _wildcards);
        if (_groups.TryGetValue(key, out var known))
            return known ?? throw Error($"The group '@{source.Name}:{group}' contains itself.", "Break the circle in its definition.");
        if (depth > MaxDepth)
            throw Error($"Groups are nested more than {MaxDepth} deep at '@{source.Name}:{group}'.", "Define it by fewer steps.");
        NodeSetExpression? members;
        try
        {
            members = source.Find(group);
        }
        catch (NodeSetException e)
        {
            throw In(source, group, e.Error);
        }

        if (members is null) throw sources.Unknown(group, source);
        _groups[key] = null;
        return (_groups[key] = Within(source, group, members, depth))!;
    }

    /// <summary>All nodes of a source.</summary>
    public NodeSet All(IGroupSource source, int depth)
    {
        var key = (source, Star, Wildcards.Match);
        if (_groups.TryGetValue(key, out var known))
            return known ?? throw Error($"'@{source.Name}:{Star}' contains itself.", "Break the circle in the definition of the groups.");
        _groups[key] = null;
        var before = _wildcards;
        _wildcards = source.All is null ? Wildcards.AreNothing : Wildcards.AreNames;
        NodeSet nodes;
        if (source.All is { } all)
        {
            nodes = Within(source, Star, all, depth);
        }
        else
        {
            var builder = new NodeSetBuilder();
            foreach (string group in GroupSources.List(source)) builder.Add(Group(group, source, depth + 1));
            nodes = builder.Build();
        }

        _wildcards = before;
        return (_groups[key] = nodes)!;
    }

    private NodeSet Within(IGroupSource source, string group, NodeSetExpression members, int depth)
    {
        var (nodes, fault) = Evaluate(members, source, depth + 1);
        return nodes ?? throw In(source, group, new NodeSetError(0, 0, fault!.Value.Message, fault.Value.Remedy));
    }

    /// <summary>An error in the definition of a group; of groups within groups, the innermost is named.</summary>
    private static NodeSetException In(IGroupSource source, string group, NodeSetError error) =>
        Error(error.Message.StartsWith("In '@", StringComparison.Ordinal)
            ? error.Message : $"In '@{source.Name}:{group}': {error.Message}", error.Remedy);

    private NodeSet Groups(NodeSet names, IGroupSource? source, int depth)
    {
        var nodes = new NodeSetBuilder();
        foreach (string name in names)
        {
            var at = source;
            string group = name[1..];
            if (group.StartsWith('@'))
            {
                var list = sources.Find(group[1..], source);
                foreach (string listed in GroupSources.List(list))
                {
                    if (listed.AsSpan().ContainsAny(Notation))
                        throw Error($"The name of the group '{listed}' has a character of the notation of node sets.", "Rename the group.");
                    nodes.Add(listed);
                }

                continue;
            }

            if (group.IndexOf(':') is >= 0 and var colon) (at, group) = (sources.Find(group[..colon], null), group[(colon + 1)..]);
            at ??= sources.Find("", null);
            nodes.Add(group == Star ? All(at, depth) : Group(group, at, depth));
        }

        return nodes.Build();
    }

    private NodeSet Match(NodeSet masks, IGroupSource? source, int depth)
    {
        if (_wildcards == Wildcards.AreNothing) return NodeSet.Empty;
        if (_wildcards == Wildcards.AreNames) return masks;
        if (masks.LongCount > MaxMasks)
            throw Error($"There are more than {MaxMasks:N0} names with wildcards.", "Use fewer, or a wildcard in place of the range.");
        var all = All(source ?? sources.Find("", null), depth);
        if (all.LongCount > MaxSearched)
            throw Error($"There are more than {MaxSearched:N0} nodes to match with wildcards.", "Name a group or a range instead.");
        string[] patterns = [.. masks];
        var nodes = new NodeSetBuilder();
        foreach (string node in all)
            if (Array.Exists(patterns, pattern => Wildcard.Matches(pattern, node))) nodes.Add(node);
        return nodes.Build();
    }

    private static NodeSetException Error(string message, string remedy) => new(new NodeSetError(0, 0, message, remedy));

    /// <summary>What a wildcard means; while all nodes are being found, there is nothing yet that it could match.</summary>
    private enum Wildcards
    {
        Match,

        /// <summary>Who says what all nodes are can't mean a part of them: there, it is a name like any other.</summary>
        AreNames,

        /// <summary>Where the groups together are all nodes, it matches nodes that other groups name.</summary>
        AreNothing,
    }
}
