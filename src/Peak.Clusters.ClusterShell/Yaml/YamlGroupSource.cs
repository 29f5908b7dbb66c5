using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell.Yaml;

/// <summary>A source whose groups stand in a YAML file. Its group <c>all</c>, if any, names all nodes.</summary>
internal sealed class YamlGroupSource(
    string name, OrderedDictionary<string, string> groups, Action<ClusterShellConfigurationException>? onFault)
    : IGroupSource
{
    public string Name => name;

    public IEnumerable<string> Groups => GroupText.Names(groups.Keys, name, onFault);

    public NodeSetExpression? All => Find("all");

    public NodeSetExpression? Find(string group) =>
        groups.TryGetValue(group, out string? text) ? GroupText.ToExpression(text, $"'@{name}:{group}'") : null;
}
