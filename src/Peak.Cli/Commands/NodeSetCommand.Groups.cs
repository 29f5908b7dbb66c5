using System.Globalization;
using Peak.Clusters.ClusterShell.Upcalls;
using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands;

internal static partial class NodeSetCommand
{
    private sealed partial class Run
    {
        private int ListSources()
        {
            var sources = _groups.Sources.All;
            for (int i = 0; i < sources.Count; i++)
                peak.Out.Text(sources[i].Name).Raw(i == 0 && !arguments.Quiet ? " (default)" : "").Line();
            return ExitCodes.Fine;
        }

        private int ListGroups(NodeSet nodes)
        {
            bool ofNodes = arguments.All || !nodes.IsEmpty || arguments.First.Any();
            if (arguments.Act == Act.List)
            {
                List(Told(() => _groups.Sources[arguments.Source]), arguments.Source is not null, ofNodes ? nodes : null);
                return ExitCodes.Fine;
            }

            var sources = _groups.Sources.All;
            for (int i = 0; i < sources.Count; i++)
            {
                // Who keeps a file of groups for ClusterShell beside the cluster file sees them once.
                if (i > 0 && sources.Take(i).Any(earlier => SayTheSame(earlier, sources[i]))) continue;
                if (Told(() => sources[i].Groups) is null) Warn($"the group source '{sources[i].Name}' can't list its groups: it has no 'list' command");
                else List(sources[i], i > 0, ofNodes ? nodes : null);
            }

            return ExitCodes.Fine;
        }

        /// <summary>Lists all groups of a source, or those that have some of <paramref name="nodes"/>.</summary>
        private void List(IGroupSource source, bool withSource, NodeSet? nodes)
        {
            string prefix = withSource && !arguments.GroupBase ? $"@{source.Name}:" : "@";
            if (nodes is not null)
            {
                foreach (var (group, members) in Told(() => _groups.Sources.GroupsOf(nodes, source.Name))) WriteGroup(prefix + group, members, members.Intersect(nodes));
                return;
            }

            if (Told(() => source.Groups) is not { } groups)
                throw CommandFailure.Wanting($"the group source '{source.Name}' can't list its groups: it has no 'list' command");
            foreach (string group in groups.Distinct().Order(StringComparer.Ordinal))
            {
                if (arguments.ListLevel == 1) peak.Out.Line(prefix + group);
                else WriteGroup(prefix + group, Told(() => _groups.Sources.NodesOf(group, source.Name)), null);
            }
        }

        private void WriteGroup(string group, NodeSet members, NodeSet? asked)
        {
            var shown = asked ?? members;
            peak.Out.Text(group);
            if (arguments.ListLevel > 1) peak.Out.Raw(" ").Text(shown.ToString(FoldOptionsFor(shown)));
            if (arguments.ListLevel > 2) peak.Out.Raw(" ").Raw(shown.LongCount.ToString(CultureInfo.InvariantCulture));
            if (arguments.ListLevel > 2 && asked is not null) peak.Out.Raw("/").Raw(members.LongCount.ToString(CultureInfo.InvariantCulture));
            peak.Out.Line();
        }

        private void WriteCompletion()
        {
            var sources = _groups.Sources;
            if (arguments.Source is null)
                foreach (var source in sources.All) peak.Out.Raw("@").Text(source.Name).Raw(":").Line();
            if (sources.Default is { } @default) List(@default, arguments.Source is not null, null);
        }

        /// <summary>Whether two sources have the same groups with the same nodes. Sources that answer by commands are not asked.</summary>
        private bool SayTheSame(IGroupSource one, IGroupSource other)
        {
            if (one is UpcallGroupSource || other is UpcallGroupSource) return false;
            var sources = _groups.Sources;
            var groups = Told(() => one.Groups)?.ToHashSet();
            return groups is not null && groups.SetEquals(Told(() => other.Groups) ?? [])
                && groups.All(group => Told(() => sources.NodesOf(group, one.Name) == sources.NodesOf(group, other.Name)));
        }
    }
}
