using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell;

/// <summary>A source that is configured to be the default one, and is not there: every question is an error.</summary>
internal sealed class AbsentGroupSource(string name, string why) : IGroupSource
{
    public string Name => name;

    public IEnumerable<string> Groups => throw Fault();

    public NodeSetExpression All => throw Fault();

    public NodeSetExpression? Find(string group) => throw Fault();

    private NodeSetException Fault() => GroupText.Fault($"{why}.", "Name another source, as in @source:group.");
}
