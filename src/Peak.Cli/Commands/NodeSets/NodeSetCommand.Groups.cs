using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands.NodeSets;

internal static partial class NodeSetCommand
{
    private sealed partial class Run
    {
        /// <summary>A group to list; its members where they are to be shown, and which of them were asked for.</summary>
        private readonly record struct Row(IGroupSource Source, string Prefix, string Group, NodeSet? Members, NodeSet? Asked);

        private int ListSources()
        {
            var sources = _groups.Sources.All;
            if (peak.Json) peak.Out.Json(json => json.WriteStrings(sources.Select(s => s.Name)));
            else
                for (int i = 0; i < sources.Count; i++)
                    peak.Out.Text(sources[i].Name).Raw(i == 0 && !arguments.Quiet ? " (default)" : "").Line();
            return ExitCodes.Success;
        }

        private int ListGroups(NodeSet nodes)
        {
            var asked = arguments.All || arguments.Operands.Count > 0 || arguments.First.Any() ? nodes : null;
            var rows = arguments.Act == Act.List
                ? Rows(Told(() => _groups.Sources[arguments.Source]), arguments.Source is not null, asked)
                : RowsOfAllSources(asked);
            if (peak.Json) WriteGroupsAsJson(rows);
            else
                foreach (var row in rows) Write(row);
            return ExitCodes.Success;
        }

        private IEnumerable<Row> RowsOfAllSources(NodeSet? asked)
        {
            var sources = _groups.Sources.All;
            for (int i = 0; i < sources.Count; i++)
            {
                var source = sources[i];
                // Who keeps a file of groups for ClusterShell beside the cluster file sees them once.
                if (sources.Take(i).Any(earlier => SayTheSame(earlier, source))) continue;
                if (Told(() => source.Groups) is null)
                {
                    Warn(CannotList(source));
                    continue;
                }

                foreach (var row in Rows(source, i > 0, asked)) yield return row;
            }
        }

        /// <summary>All groups of a source, or those that have some of the nodes that are asked for.</summary>
        private IEnumerable<Row> Rows(IGroupSource source, bool withSource, NodeSet? asked)
        {
            string prefix = withSource && !arguments.GroupBase ? $"@{source.Name}:" : "@";
            if (asked is not null)
                return Told(() => _groups.Sources.GroupsOf(asked, source.Name)).Select(g => new Row(source, prefix, g.Key, g.Value, g.Value.Intersect(asked)));
            var groups = Told(() => source.Groups) ?? throw CommandFailure.Failed(CannotList(source));
            return groups.Distinct().Order(StringComparer.Ordinal)
                .Select(g => new Row(source, prefix, g, arguments.ListLevel > 1 ? Told(() => _groups.Sources.NodesOf(g, source.Name)) : null, null));
        }

        private void Write(Row row)
        {
            peak.Out.Text(row.Prefix).Text(row.Group);
            if (arguments.ListLevel > 1 && (row.Asked ?? row.Members) is { } shown)
            {
                peak.Out.Raw(" ").Text(shown.ToString(FoldOptionsFor(shown)));
                if (arguments.ListLevel > 2) peak.Out.Raw(" ").Raw(Decimal(shown.LongCount));
                if (arguments.ListLevel > 2 && row is { Asked: not null, Members: { } members }) peak.Out.Raw("/").Raw(Decimal(members.LongCount));
            }

            peak.Out.Line();
        }

        private void WriteCompletion()
        {
            var sources = _groups.Sources;
            if (arguments.Source is null)
                foreach (var source in sources.All) peak.Out.Raw("@").Text(source.Name).Raw(":").Line();
            if (sources.Default is { Groups: not null } @default)
                foreach (var row in Rows(@default, arguments.Source is not null, null)) Write(row);
        }

        /// <summary>Whether two sources have the same groups with the same nodes. Sources that answer by commands are not asked.</summary>
        private bool SayTheSame(IGroupSource one, IGroupSource other)
        {
            if (one.RunsCommands || other.RunsCommands) return false;
            var sources = _groups.Sources;
            var groups = Told(() => one.Groups)?.ToHashSet();
            return groups is not null && groups.SetEquals(Told(() => other.Groups) ?? [])
                && groups.All(group => Told(() => sources.NodesOf(group, one.Name) == sources.NodesOf(group, other.Name)));
        }

        private static string CannotList(IGroupSource source) => $"the group source '{source.Name}' can't list its groups: it has no 'list' command";
    }
}
