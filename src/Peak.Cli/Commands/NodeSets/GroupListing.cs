using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>Lists the groups of one source or of all, with their nodes where these are wanted.</summary>
internal sealed class GroupListing(NodeSetArguments arguments, Invocation peak, NodeGroups groups, GroupFaults faults)
{
    /// <summary>A group to list; its members where they are to be shown, and which of them were asked for.</summary>
    private readonly record struct Row(IGroupSource Source, string Prefix, string Group, NodeSet? Members, NodeSet? Asked);

    /// <summary>Prints the names of the sources.</summary>
    public void WriteSources()
    {
        var sources = groups.Sources.All;
        if (peak.Json)
        {
            peak.Out.Json(sources.Select(s => s.Name), JsonDocuments.Default.IEnumerableString);
            return;
        }

        for (int i = 0; i < sources.Count; i++)
            peak.Out.Text(sources[i].Name).Raw(i == 0 && !arguments.Quiet ? " (default)" : "").Line();
    }

    /// <summary>Prints groups, a line each.</summary>
    /// <param name="asked">Only those that have some of these nodes; null for all groups.</param>
    /// <exception cref="CommandFailure">A source can't list its groups, or can't be asked.</exception>
    public void Write(NodeSet? asked)
    {
        var rows = arguments.Action == NodeSetAction.List
            ? Rows(NodeSetFailure.Translate(() => groups.Sources[arguments.Source]), arguments.Source is not null, asked)
            : RowsOfAllSources(asked);
        if (peak.Json) peak.Out.Json(rows.Select(ToDocument), JsonDocuments.Default.IEnumerableGroupNodesDocument);
        else
            foreach (var row in rows) Write(row);
    }

    /// <summary>Prints what may be completed to a group: the sources, and the groups of the default one.</summary>
    public void WriteCompletion()
    {
        var sources = groups.Sources;
        if (arguments.Source is null)
            foreach (var source in sources.All) peak.Out.Raw("@").Text(source.Name).Raw(":").Line();
        if (sources.Default is { Groups: not null } @default)
            foreach (var row in Rows(@default, arguments.Source is not null, null)) Write(row);
    }

    private IEnumerable<Row> RowsOfAllSources(NodeSet? asked)
    {
        var sources = groups.Sources.All;
        for (int i = 0; i < sources.Count; i++)
        {
            var source = sources[i];
            // Who keeps a file of groups for ClusterShell beside the cluster file sees them once.
            if (sources.Take(i).Any(earlier => HaveSameGroups(earlier, source))) continue;
            foreach (var row in RowsUpToFault(source, i > 0, asked)) yield return row;
        }
    }

    /// <summary>The rows of one source among others: where it fails, that is told and the others go on.</summary>
    private IEnumerable<Row> RowsUpToFault(IGroupSource source, bool withSource, NodeSet? asked)
    {
        IEnumerator<Row>? rows = null;
        while (true)
        {
            try
            {
                if (rows is null)
                {
                    if (asked is null && source.Groups is null)
                    {
                        if (!arguments.Quiet) peak.Warn(CannotList(source));
                        yield break;
                    }

                    rows = Rows(source, withSource, asked).GetEnumerator();
                }

                if (!rows.MoveNext()) yield break;
            }
            catch (Exception e) when (e is CommandFailure or NodeSetException)
            {
                faults.Tell($"the group source '{source.Name}' is not listed to its end: {e.Message}");
                yield break;
            }

            yield return rows.Current;
        }
    }

    /// <summary>All groups of a source, or those that have some of the nodes that are asked for.</summary>
    private IEnumerable<Row> Rows(IGroupSource source, bool withSource, NodeSet? asked)
    {
        string prefix = withSource && !arguments.GroupBase ? $"@{source.Name}:" : "@";
        if (asked is not null)
        {
            if (!arguments.Quiet) groups.WarnIfBlind(asked, source.Name);
            return NodeSetFailure.Translate(() => groups.Sources.GroupsOf(asked, source.Name))
                .Select(g => new Row(source, prefix, g.Key, g.Value, g.Value.Intersect(asked)));
        }

        var names = NodeSetFailure.Translate(() => source.Groups) ?? throw CommandFailure.Failed(CannotList(source));
        // In the order of nodes: g2 stands before g10.
        return NodeSet.Of(names)
            .Select(name => new Row(source, prefix, name, arguments.ListLevel > 1 ? NodesOf(name, source) : null, null));
    }

    private void Write(Row row)
    {
        peak.Out.Text(row.Prefix).Text(row.Group);
        if (arguments.ListLevel > 1 && (row.Asked ?? row.Members) is { } shown)
        {
            peak.Out.Raw(" ").Text(shown.ToString(arguments.FoldOptionsFor(shown)));
            if (arguments.ListLevel > 2)
                peak.Out.Raw($" {shown.LongCount}").Raw(row is { Asked: not null, Members: { } members } ? $"/{members.LongCount}" : "");
        }

        peak.Out.Line();
    }

    private GroupNodesDocument ToDocument(Row row)
    {
        var document = new GroupNodesDocument(row.Source.Name, row.Group);
        if (row.Members is not { } members) return document;
        var shown = row.Asked ?? members;
        string nodes = shown.ToString(arguments.FoldOptionsFor(shown));
        return document with { Nodes = nodes, Count = shown.LongCount, Total = members.LongCount };
    }

    /// <summary>Whether two sources have the same groups with the same nodes. Sources that answer by commands are not asked.</summary>
    private bool HaveSameGroups(IGroupSource one, IGroupSource other)
    {
        if (one.RunsCommands || other.RunsCommands) return false;
        try
        {
            var names = one.Groups?.ToHashSet();
            return names is not null && names.SetEquals(other.Groups ?? []) && names.All(name =>
                groups.Sources.NodesOf(name, one.Name) == groups.Sources.NodesOf(name, other.Name));
        }
        catch (NodeSetException)
        {
            // What is wrong is told when the source is listed.
            return false;
        }
    }

    private NodeSet NodesOf(string group, IGroupSource source) =>
        NodeSetFailure.Translate(() => groups.Sources.NodesOf(group, source.Name));

    private static string CannotList(IGroupSource source) =>
        $"the group source '{source.Name}' can't list its groups: it has no 'list' command";
}
