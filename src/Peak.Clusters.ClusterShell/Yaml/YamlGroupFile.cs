using System.Diagnostics.CodeAnalysis;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Peak.Clusters.ClusterShell.Yaml;

/// <summary>
/// Reads a file of ClusterShell's <c>groups.d</c>: a mapping of sources to mappings of groups to nodes, these either a
/// text or a list of texts. <c>&lt;&lt;</c> merges the groups of an anchor into a source; a name with brackets is several groups.
/// </summary>
internal sealed class YamlGroupFile(string path, Faults faults)
{
    private const string MergeKey = "<<";

    // What PyYAML's safe loader makes of a text, a list or a mapping; all other tags make something else of it.
    private static readonly string[] TextTags = ["!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"];
    private static readonly string[] ListTags = ["!", "tag:yaml.org,2002:seq"];
    private static readonly string[] MappingTags = ["!", "tag:yaml.org,2002:map"];

    /// <summary>The sources of the file, without those that are faulty.</summary>
    /// <exception cref="ClusterShellConfigurationException">The file is faulty as a whole.</exception>
    public IEnumerable<YamlGroupSource> Parse(string text)
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
            throw Fault(Mark.Empty, "the file is empty; it must be a mapping of group sources (write {} for none)");
        if (stream.Documents.Count > 1)
            throw Fault(stream.Documents[1].RootNode.Start, "a second document; put all group sources into one");
        var sources = new List<YamlGroupSource>();
        foreach (var (key, value) in Mapping(stream.Documents[0].RootNode, "the file must be a mapping of group sources").Children)
            faults.Catch(() => sources.Add(Source(key, value)));
        return sources;
    }

    private YamlGroupSource Source(YamlNode key, YamlNode value)
    {
        string name = Name(key, "the name of a group source");
        var groups = new OrderedDictionary<string, string>();
        AddGroups(Mapping(value, $"the group source '{name}' must be a mapping of groups to nodes"));
        return new YamlGroupSource(name, groups, faults.Report);

        void AddGroups(YamlMappingNode node)
        {
            var own = new HashSet<string>();
            foreach (var (group, nodes) in node.Children)
            {
                if (group is YamlScalarNode { Value: MergeKey, Style: ScalarStyle.Plain }) continue;
                string listed = Name(group, $"the name of a group of '{name}'"), members = Nodes(nodes, listed);
                // What no expression can mention stays as it is, and is told when groups are listed.
                if (!GroupText.TryExpand(listed, out var names)) names = [listed];
                foreach (string each in names)
                {
                    if (!own.Add(each)) throw Fault(group.Start, $"the group '{each}' of '{name}' is there twice");
                    groups.TryAdd(each, members);
                }
            }

            // The mapping's own groups stand before what it merges in.
            if (!node.Children.TryGetValue(new YamlScalarNode(MergeKey), out var merged)) return;
            foreach (var other in merged is YamlSequenceNode list ? list.Children : [merged])
                AddGroups(Mapping(other, "'<<' must name a mapping of groups"));
        }
    }

    private YamlMappingNode Mapping(YamlNode node, string rule)
    {
        var mapping = node as YamlMappingNode ?? throw Fault(node.Start, rule);
        CheckTag(mapping, MappingTags);
        return mapping;
    }

    private string Name(YamlNode node, string what)
    {
        if (node is not YamlScalarNode { Value: { Length: > 0 } value } scalar) throw Fault(node.Start, $"{what} must be a text");
        CheckTag(scalar, TextTags);
        // To YAML a plain 12 is a number and a plain no is false: other readers of the file refuse or change them.
        if (scalar.Tag.IsEmpty && scalar.Style == ScalarStyle.Plain && !IsText(value))
            throw Fault(node.Start, $"{what}, {value}, is not a text to YAML: put it into quotes");
        return value;
    }

    private string Nodes(YamlNode node, string group)
    {
        if (node is not YamlSequenceNode list)
            return IsNothing(node) ? "" : Text(node, $"the nodes of '{group}' must be a text or a list of texts");
        CheckTag(list, ListTags);
        return string.Join(',', list.Children.Select(item => IsNothing(item)
            ? throw Fault(item.Start, $"the nodes of '{group}' must be texts, and this is nothing: put it into quotes, or leave it out")
            : Text(item, $"the nodes of '{group}' must be texts")));
    }

    private string Text(YamlNode node, string rule)
    {
        var scalar = node as YamlScalarNode ?? throw Fault(node.Start, rule);
        CheckTag(scalar, TextTags);
        return scalar.Value ?? "";
    }

    private static bool IsNothing([NotNullWhen(true)] YamlNode node) => node is YamlScalarNode scalar
        && (scalar.Tag.IsEmpty
            ? scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" }
            : scalar.Tag == TextTags[2]);

    private void CheckTag(YamlNode node, string[] known)
    {
        if (!node.Tag.IsEmpty && !known.Contains(node.Tag.Value))
            throw Fault(node.Start, $"the tag '{node.Tag.Value}' makes no text of this, and nothing that a group has; leave it out");
    }

    private static bool IsText(string plain) =>
        !(double.TryParse(plain.Replace("_", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture, out _)
            || plain.ToUpperInvariant() is "YES" or "NO" or "TRUE" or "FALSE" or "ON" or "OFF" or "NULL" or "~");

    private ClusterShellConfigurationException Fault(Mark at, string what) => new($"{path}:{at.Line}:{at.Column}: {what}");
}
