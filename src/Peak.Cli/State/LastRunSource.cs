using Peak.Clusters.NodeSets;

namespace Peak.Cli.State;

/// <summary>
/// The hosts of the last run as groups: <c>@last:ok</c>, <c>@last:failed</c>, <c>@last:unreachable</c>, <c>@last:notrun</c>,
/// <c>@last:all</c>.
/// </summary>
internal sealed class LastRunSource(StateFolder state) : IGroupSource
{
    private LastRun? _run;

    public string Name => "last";

    public IEnumerable<string> Groups => LastRun.SetNames;

    public NodeSetExpression? All => Find("all");

    public NodeSetExpression? Find(string group)
    {
        if (!LastRun.SetNames.Contains(group)) return null;
        _run ??= LastRun.Load(state) ?? throw CommandFailure.Usage("there was no run before, so there are no groups '@last:…'");
        return NodeSetExpression.Of(NodeSet.Of(_run.Set(group)));
    }
}
