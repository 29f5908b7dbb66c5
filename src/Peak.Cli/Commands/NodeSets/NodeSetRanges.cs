using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>Ranges of numbers on the command line. For <c>-R</c>, they are node sets whose names are bare indexes.</summary>
internal static class NodeSetRanges
{
    /// <exception cref="CommandFailure">The text is no range set.</exception>
    public static RangeSet Parse(string text) =>
        RangeSet.TryParse(text, out var ranges, out var error) ? ranges : throw NodeGroups.Failure(text, error);

    public static NodeSet ToNodeSet(RangeSet ranges) => ranges.IsEmpty ? NodeSet.Empty : NodeSet.Parse($"[{ranges}]");

    public static RangeSet FromNodeSet(NodeSet set) => set.IsEmpty ? RangeSet.Empty : RangeSet.Parse(set.ToString().Trim('[', ']'));
}
