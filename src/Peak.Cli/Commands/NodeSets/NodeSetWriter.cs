using System.Text.Json;
using Peak.Clusters.NodeSets;
using Peak.Clusters.NodeSets.Dialects;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>Prints a set: its number of names, its names, or a text that means it.</summary>
internal sealed class NodeSetWriter(NodeSetArguments arguments, Invocation peak, NodeGroups groups)
{
    /// <summary>Prints the names that <c>-I</c> and <c>--pick</c> leave.</summary>
    /// <exception cref="CommandFailure">It can't be printed in the way that is asked for.</exception>
    public void Write(NodeSet set)
    {
        if (arguments.Slice is { Length: > 0 } slice) set = set.Slice(NodeSetRanges.Parse(slice));
        if (arguments.Pick > 0) set = set.Pick(arguments.Pick, arguments.Seed is { } seed ? new Random(seed) : null);
        if (peak.Json) peak.Out.Json(json => WriteJson(json, set));
        else WriteText(set);
    }

    /// <summary>Prints the place of a node in the set that <c>-I</c> leaves.</summary>
    /// <exception cref="CommandFailure">It is not one node, or not in the set.</exception>
    public void WriteIndex(NodeSet set, NodeSet asked)
    {
        if (arguments.Slice is { Length: > 0 } slice) set = set.Slice(NodeSetRanges.Parse(slice));
        if (asked.LongCount != 1)
        {
            string shown = TerminalText.Escape(arguments.Index!);
            throw NodeSetFailure.Usage($"--index needs one node, and '{shown}' is {asked.LongCount} of them");
        }

        string node = asked[0];
        if (!set.Contains(node)) throw CommandFailure.Failed($"nodeset: '{TerminalText.Escape(node)}' is not in the set");
        // Its place is the last one of the shortest beginning of the set that has it.
        long first = 0, last = checked((long)set.LongCount) - 1;
        while (first < last)
        {
            long middle = first + (last - first) / 2;
            if (set.Slice(RangeSet.Parse($"0-{middle}")).Contains(node)) last = middle;
            else first = middle + 1;
        }

        if (peak.Json) peak.Out.Json(json => json.WriteNumberValue(first));
        else peak.Out.Raw(arguments.Format.Apply($"{first}")).Line();
    }

    private void WriteText(NodeSet set)
    {
        var options = arguments.FoldOptionsFor(set);
        foreach (var part in Parts(set))
        {
            WritePart(part, options);
            peak.Out.Line();
        }
    }

    /// <summary>A number, a text or an array of names; where the set is split, an array of these.</summary>
    private void WriteJson(Utf8JsonWriter json, NodeSet set)
    {
        var options = arguments.FoldOptionsFor(set);
        bool split = arguments.Contiguous || arguments.Split is not null;
        if (split) json.WriteStartArray();
        foreach (var part in Parts(set))
        {
            if (arguments.Action == NodeSetAction.Count) json.WriteRawValue($"{part.LongCount}");
            else if (arguments.Action == NodeSetAction.Expand) json.WriteTexts(part.Select(arguments.Format.Apply));
            else json.WriteText(TextOf(part, options));
        }

        if (split) json.WriteEndArray();
    }

    private IEnumerable<NodeSet> Parts(NodeSet set) =>
        set.IsEmpty ? [set] : arguments.Contiguous ? set.Contiguous() : arguments.Split > 1 ? set.Split(arguments.Split.Value) : [set];

    private void WritePart(NodeSet set, FoldOptions options)
    {
        bool plain = arguments is { Format.IsPlain: true, RangeSet: false, To: NodeSetNotation.ClusterShell } && !peak.Out.IsTerminal;
        if (arguments.Action == NodeSetAction.Count) peak.Out.Raw(arguments.Format.Apply($"{set.LongCount}"));
        else if (arguments.Action is NodeSetAction.Expand or NodeSetAction.Completion) WriteNames(set);
        else if (arguments.Action == NodeSetAction.Fold && plain) set.WriteFolded(peak.Out, options);
        else peak.Out.Text(TextOf(set, options));
    }

    /// <summary>The set in one text, folded or regrouped.</summary>
    private string TextOf(NodeSet set, FoldOptions options)
    {
        var format = arguments.Format;
        if (arguments.Action == NodeSetAction.Regroup) return format.Apply(Regroup(set, options));
        if (arguments.RangeSet) return format.Apply(NodeSetRanges.FromNodeSet(set).ToString(options));
        // A format makes other names, which fold anew.
        if (!format.IsPlain) set = NodeSet.Of(set.Select(name => format.Apply(name).Trim()));
        return arguments.To switch
        {
            NodeSetNotation.Pdsh => NodeSetFailure.Translate(() => HostListNotation.Format(set)),
            NodeSetNotation.Ansible => NodeSetFailure.Translate(() => AnsiblePattern.Format(set)),
            _ => set.ToString(options),
        };
    }

    private string Regroup(NodeSet set, FoldOptions options)
    {
        if (arguments.To == NodeSetNotation.Pdsh)
            throw NodeSetFailure.Usage("pdsh and Slurm have no groups to write a set with; -f writes its names");
        if (!arguments.Quiet) groups.WarnIfBlind(set, arguments.Source);
        if (arguments.To == NodeSetNotation.ClusterShell)
        {
            var regrouping = new RegroupOptions { OmitSource = arguments.GroupBase, Folding = options };
            return NodeSetFailure.Translate(() => groups.Sources.Regroup(set, arguments.Source, regrouping));
        }

        var rest = NodeSet.Empty;
        var cover = NodeSetFailure.Translate(() => groups.Sources.Cover(set, out rest, arguments.Source));
        return NodeSetFailure.Translate(() => AnsiblePattern.Format([.. NodeSet.Of(cover), .. rest]));
    }

    private void WriteNames(NodeSet set)
    {
        string separator = NodeSetSeparator.Parse(arguments.Separator);
        if (arguments.Format.IsPlain && !peak.Out.IsTerminal)
        {
            set.WriteTo(peak.Out, ByteText.GetBytes(separator));
            return;
        }

        bool first = true;
        foreach (string name in set)
        {
            if (!first) peak.Out.Raw(separator);
            first = false;
            peak.Out.Text(arguments.Format.Apply(name));
        }
    }
}
