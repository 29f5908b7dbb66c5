namespace Peak.Clusters.GroupSources.Yaml;

/// <summary>A source whose groups stand in a YAML file. Its group <c>all</c>, if any, names all nodes.</summary>
internal sealed class YamlGroupSource(string name, IReadOnlyList<string> order, IReadOnlyDictionary<string, string> groups)
    : GroupSource(name)
{
    public override IReadOnlyList<string> ListGroups() => order;

    public override string? NodesOf(string group) => groups.GetValueOrDefault(group);

    public override string? AllNodes() => NodesOf("all");
}
