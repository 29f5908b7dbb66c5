using Peak.Clusters.NodeSets;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Peak.Clusters.ClusterShell.Yaml;

/// <summary>
/// Reads a file of ClusterShell's <c>groups.d</c>: a mapping of sources to mappings of groups to nodes, these either a
/// text or a list of texts. <c>&lt;&lt;</c> merges the groups of an anchor into a source.
/// </summary>
internal static class YamlGroupFile
{
    private const string MergeKey = "<<";

    public static IEnumerable<IGroupSource> Parse(string text, string path)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new ClusterShellConfigurationException($"{path}:{e.Start.Line}:{e.Start.Column}: {e.Message}", e);
        }

        if (stream.Documents.Count == 0)
            throw Fault(path, Mark.Empty, "the file is empty; it must be a mapping of group sources (write {} for none)");
        if (stream.Documents.Count > 1)
            throw Fault(path, stream.Documents[1].RootNode.Start, "a second document; put all group sources into one");
        return Sources(Mapping(stream.Documents[0].RootNode, path, "the file must be a mapping of group sources"), path);
    }

    private static IEnumerable<IGroupSource> Sources(YamlMappingNode root, string path)
    {
        foreach (var (key, value) in root.Children)
        {
            string name = Name(key, path, "the name of a group source");
            var order = new List<string>();
            var groups = new Dictionary<string, string>();
            AddGroups(Mapping(value, path, $"the group source '{name}' must be a mapping of groups to nodes"));
            yield return new YamlGroupSource(name, order, groups);

            void AddGroups(YamlMappingNode node)
            {
                foreach (var (group, nodes) in node.Children)
                {
                    if (group is YamlScalarNode { Value: MergeKey, Style: ScalarStyle.Plain }) continue;
                    string groupName = Name(group, path, $"the name of a group of '{name}'");
                    if (groups.TryAdd(groupName, Nodes(nodes, path, groupName))) order.Add(groupName);
                }

                // The mapping's own groups stand before what it merges in.
                if (!node.Children.TryGetValue(new YamlScalarNode(MergeKey), out var merged)) return;
                foreach (var other in merged is YamlSequenceNode list ? list.Children : [merged])
                    AddGroups(Mapping(other, path, "'<<' must name a mapping of groups"));
            }
        }
    }

    private static YamlMappingNode Mapping(YamlNode node, string path, string rule) =>
        node as YamlMappingNode ?? throw Fault(path, node.Start, rule);

    private static string Name(YamlNode node, string path, string what)
    {
        if (node is not YamlScalarNode { Value: { Length: > 0 } value } scalar) throw Fault(path, node.Start, $"{what} must be a text");
        // To YAML a plain 12 is a number and a plain no is false: other readers of the file refuse or change them.
        if (scalar.Style == ScalarStyle.Plain && !IsText(value))
            throw Fault(path, node.Start, $"{what}, {value}, is not a text to YAML: put it into quotes");
        return value;
    }

    private static string Nodes(YamlNode node, string path, string group) => node switch
    {
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => "",
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode list => string.Join(',', list.Children.Select(item =>
            item is YamlScalarNode scalar ? scalar.Value : throw Fault(path, item.Start, $"the nodes of '{group}' must be texts"))),
        _ => throw Fault(path, node.Start, $"the nodes of '{group}' must be a text or a list of texts"),
    };

    private static bool IsText(string plain) =>
        !(double.TryParse(plain.Replace("_", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture, out _)
            || plain.ToUpperInvariant() is "YES" or "NO" or "TRUE" or "FALSE" or "ON" or "OFF" or "NULL" or "~");

    private static ClusterShellConfigurationException Fault(string path, Mark at, string what) =>
        new($"{path}:{at.Line}:{at.Column}: {what}");
}
