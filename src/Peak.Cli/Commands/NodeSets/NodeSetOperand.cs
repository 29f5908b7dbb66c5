namespace Peak.Cli.Commands.NodeSets;

/// <summary>How a set is combined with what stands before it.</summary>
/// <remarks>The order is the one in which operators before the first set apply.</remarks>
internal enum NodeSetOperator
{
    Union,
    Intersect,
    Except,
    SymmetricExcept,
}

/// <summary>A set of the command line and the operator before it.</summary>
/// <param name="Operator">The operator; union where none is given.</param>
/// <param name="Text">The set as the user typed it.</param>
internal readonly record struct NodeSetOperand(NodeSetOperator Operator, string Text);
