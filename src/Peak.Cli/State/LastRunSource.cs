using System.Globalization;
using Peak.Clusters.NodeSets;

namespace Peak.Cli.State;

/// <summary>
/// The hosts of a run as groups: <c>@last:ok</c>, <c>@last:failed</c>, <c>@last:unreachable</c>, <c>@last:notrun</c>, <c>@last:all</c>;
/// <c>@last~2:failed</c> of the run two before that.
/// </summary>
/// <param name="history">The runs.</param>
/// <param name="before">How many runs before the last one.</param>
internal sealed class LastRunSource(RunHistory history, int before) : IGroupSource
{
    private LastRun? _run;

    /// <summary>All of them, and runs by name.</summary>
    public static IEnumerable<IGroupSource> All(RunHistory history) =>
        Enumerable.Range(0, RunHistory.Most).Select(IGroupSource (before) => new LastRunSource(history, before)).Append(new ById(history));

    public string Name => before == 0 ? "last" : string.Create(CultureInfo.InvariantCulture, $"last~{before}");

    public IEnumerable<string> Groups => LastRun.SetNames;

    NodeSetExpression? IGroupSource.All => Find("all");

    public NodeSetExpression? Find(string group)
    {
        if (!LastRun.SetNames.Contains(group)) return null;
        _run ??= history.Load(before) ?? throw CommandFailure.Usage($"there was no such run before, so there are no groups '@{Name}:…'");
        return NodeSetExpression.Of(NodeSet.Of(_run.Set(group)));
    }

    /// <summary><c>@run:ID</c> and <c>@run:ID:failed</c>.</summary>
    private sealed class ById(RunHistory history) : IGroupSource
    {
        public string Name => "run";

        public IEnumerable<string> Groups => history.Ids();

        public NodeSetExpression? All => null;

        public NodeSetExpression? Find(string group)
        {
            string[] parts = group.Split(':', 2);
            string set = parts.Length > 1 ? parts[1] : "all";
            return LastRun.SetNames.Contains(set) && history.Load(parts[0]) is { } run
                ? NodeSetExpression.Of(NodeSet.Of(run.Set(set)))
                : null;
        }
    }
}
