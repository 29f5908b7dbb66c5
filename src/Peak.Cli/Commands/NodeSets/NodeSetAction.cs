namespace Peak.Cli.Commands.NodeSets;

/// <summary>What <c>nodeset</c> is to do; exactly one is given.</summary>
internal enum NodeSetAction
{
    None,
    Count,
    Expand,
    Fold,
    List,
    ListAll,
    Regroup,
    ListSources,
    Index,
    Completion,
}
