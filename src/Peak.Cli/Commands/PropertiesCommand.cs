using System.CommandLine;
using Peak.Clusters.Properties;

namespace Peak.Cli.Commands;

/// <summary><c>peak properties</c>: the cluster as PEAK's properties.</summary>
internal sealed class PropertiesCommand : Verb
{
    private const string Everything = ClusterProperties.Prefix + "*";

    private readonly Argument<string[]> _names = new Argument<string[]>("NAMES")
    {
        Description = $"Names, and prefixes such as environ.*; none means {Everything}.",
        HelpName = "NAMES",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public PropertiesCommand() : base("properties", "Print properties: name = value, or the bare value of a single name.")
    {
        _names.CompletionSources.Add(context => Listed(new Invocation(context.ParseResult, Program.Out, Program.Error)));
        Arguments.Add(_names);
        Examples =
        [
            "peak properties                                     all of the cluster",
            "peak properties peak.running.cluster.groups.prime   the hosts of a group",
            "peak properties 'peak.running.cluster.hosts.*'      the groups of every host",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        string[] arguments = parse.GetValue(_names) ?? [];
        var map = CreateMap(peak);
        var wanted = arguments.Length == 0 ? [Everything] : arguments;
        int exitCode = ExitCodes.Success;
        var found = new Dictionary<string, PropertyValue>();
        foreach (string argument in wanted)
        {
            if (!PropertyName.TryParse(argument, out var name) || name.IsDefault)
                throw CommandFailure.Usage($"'{argument}' is no property name; an example is {ClusterProperties.Prefix}hosts");
            int before = found.Count;
            foreach (var (key, value) in Find(map, name)) found[key] = value;
            if (found.Count > before || found.ContainsKey(argument)) continue;
            peak.Error.Raw("peak: ").Line($"there is no property '{name}'");
            exitCode = ExitCodes.Failed;
        }

        if (peak.Json) peak.Out.Json(found, JsonDocuments.Default.DictionaryStringPropertyValue);
        else if (arguments is [not [.., '*']]) WriteValues(peak, found.Values);
        else
            foreach (var (name, value) in found) peak.Out.Line($"{name} = {TerminalText.Escape(value.ToString())}");
        return exitCode;
    }

    private static PropertyMap CreateMap(Invocation peak)
    {
        var map = new PropertyMap().AddEnvironment().AddCluster(() => peak.LoadCluster());
        return peak.ClusterOption is { } path ? map.Set(ClusterProperties.FileNameProperty, path) : map;
    }

    private static IEnumerable<string> Listed(Invocation peak)
    {
        var map = CreateMap(peak);
        return map.Namespace(Everything).Keys.Select(key => ClusterProperties.Prefix + key)
            .Concat(map.Namespace("environ").Keys.Select(key => "environ." + key));
    }

    private static IEnumerable<(string Name, PropertyValue Value)> Find(PropertyMap map, PropertyName name)
    {
        if (name.IsPlain)
        {
            if (map.TryGetValue(name.ToString(), out var value)) yield return (name.ToString(), value);
            yield break;
        }

        foreach (var (key, value) in map.Namespace(name.ToString())) yield return (name.Prefix + key, value);
    }

    private static void WriteValues(Invocation peak, IEnumerable<PropertyValue> values)
    {
        foreach (var value in values)
            foreach (string item in value.Items) peak.Out.Line(item);
    }
}
