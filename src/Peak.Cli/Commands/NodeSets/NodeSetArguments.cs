using System.Globalization;
using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>
/// What the user of <c>nodeset</c> typed. Operators take effect in the order in which they are typed; those before the first set
/// apply to <c>-a</c> or standard input, in the order intersections, exclusions, exclusive ors.
/// </summary>
internal sealed class NodeSetArguments
{
    private readonly List<NodeSetOperand> _first = [];

    public NodeSetAction Action { get; private set; }

    /// <summary>How much of each group is listed: 1 for its name, 2 for its nodes too, 3 for their number too.</summary>
    public int ListLevel { get; private set; }

    public bool All { get; set; }
    public string? Source { get; set; }
    public string? GroupsConf { get; set; }
    public bool RangeSet { get; set; }
    public bool GroupBase { get; set; }
    public string Separator { get; set; } = " ";
    public NodeSetFormat Format { get; set; } = NodeSetFormat.Plain;
    public string? Slice { get; set; }

    /// <summary>The node whose place is asked for.</summary>
    public string? Index { get; set; }
    public int? Split { get; set; }
    public bool Contiguous { get; set; }
    public string? Axis { get; set; }
    public int Pick { get; set; }
    public int? Seed { get; set; }
    public NodeSetAutoStep? AutoStep { get; set; }
    public NodeSetNotation From { get; set; }
    public NodeSetNotation To { get; set; }
    public bool Quiet { get; set; }
    public bool Debug { get; set; }
    public string? ClusterFile { get; set; }
    public bool Lenient { get; set; }
    public bool Json { get; set; }
    public bool Help { get; set; }

    /// <summary>Operators before the first set, in the order in which they apply.</summary>
    public IEnumerable<NodeSetOperand> First => _first.OrderBy(o => o.Operator);

    /// <summary>The sets and the operators between them.</summary>
    public List<NodeSetOperand> Operands { get; } = [];

    /// <summary>Whether groups are listed, which needs no set.</summary>
    public bool ListsGroups => Action is NodeSetAction.List or NodeSetAction.ListAll or NodeSetAction.Completion;

    public void Choose(NodeSetAction action)
    {
        if (Action != NodeSetAction.None && Action != action)
            throw NodeSetFailure.Usage("two commands; give one of -c -e -f -l -L -r --index --list-sources");
        Action = action;
    }

    public void ChooseList(NodeSetAction action)
    {
        Choose(action);
        ListLevel++;
    }

    public void Add(NodeSetOperator op, string text) => (Operands.Count == 0 ? _first : Operands).Add(new(op, text));

    public void AddSet(string text) => Operands.Add(new(NodeSetOperator.Union, text));

    /// <exception cref="CommandFailure">There is nothing to do, or flags contradict each other.</exception>
    public void Check()
    {
        if (Action == NodeSetAction.None) throw NodeSetFailure.Usage("no command; give one of -c -e -f -l -L -r --index --list-sources");
        if (RangeSet && (All || Action == NodeSetAction.Regroup)) throw NodeSetFailure.Usage("-a and -r are for names, not for -R");
        if (Split is not null && Contiguous) throw NodeSetFailure.Usage("--split and --contiguous exclude each other");
        if (Source is "") throw NodeSetFailure.Usage("-s needs the name of a group source");
        if (Action == NodeSetAction.Index && Pick > 0)
            throw NodeSetFailure.Usage("--index and --pick exclude each other: a place drawn at random says nothing");
        if (Axis is { Length: > 0 } && (Action != NodeSetAction.Fold || RangeSet))
            throw NodeSetFailure.Usage("--axis is for -f with names only");
        if (Format.IsNumber && Action != NodeSetAction.Count) throw NodeSetFailure.Usage("%d in -O is for -c only; nodes are %s");
        if (RangeSet && (From != NodeSetNotation.ClusterShell || To != NodeSetNotation.ClusterShell))
            throw NodeSetFailure.Usage("--from and --to are for names, not for -R");
    }

    /// <summary>How a set is to be folded, by <c>--autostep</c> and <c>--axis</c>.</summary>
    /// <exception cref="CommandFailure">The axes are no ranges.</exception>
    public FoldOptions FoldOptionsFor(NodeSet set) => new()
    {
        AutoStep = AutoStep?.For((long)Int128.Min(set.LongCount, long.MaxValue)),
        Axes = Axis switch
        {
            null or "" => null,
            ['-', ..] => int.TryParse(Axis, out int axis)
                ? [axis]
                : throw NodeSetFailure.Usage($"--axis needs ranges of numbers or one negative number, not '{Axis}'"),
            _ => AxesOf(NodeSetRanges.Parse(Axis)),
        },
    };

    // Users count axes from 1 and may pad them with zeros.
    private static int[] AxesOf(RangeSet numbers) =>
        [.. Enumerable.Range(0, 64).Where(axis => Enumerable.Range(1, 18).Any(
            digits => numbers.Contains((axis + 1).ToString($"D{digits}", CultureInfo.InvariantCulture))))];
}
