namespace Peak.Clusters.NodeSets.Parsing;

/// <summary>What a term does to the set of all terms before it.</summary>
internal enum NodeSetOperator
{
    Union,
    Except,
    Intersect,
    SymmetricExcept,
}

/// <summary>What the names of a term are.</summary>
internal enum NodeSetTermKind
{
    Nodes,
    Groups,
    Wildcards,
}

/// <summary>An operator and its operand; the place is in bytes of the expression.</summary>
internal readonly record struct NodeSetTerm(NodeSetOperator Operator, NodeSetTermKind Kind, NodeSet Names, int Start, int Length);
