using Peak.Clusters.ClusterShell.Configuration;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell.Upcalls;

/// <summary>A source whose answers are the outputs of commands of its configuration. Each command is run once for each question.</summary>
internal sealed class UpcallGroupSource(
    string name,
    string folder,
    Func<string, ConfigurationValue?> option,
    TimeSpan timeLimit,
    Action<ClusterShellConfigurationException>? onFault)
    : IGroupSource
{
    private readonly Dictionary<(string Upcall, string? Argument), string?> _answers = [];
    private OrderedDictionary<string, string>? _mapped;

    public string Name => name;

    public bool RunsCommands => true;

    public IEnumerable<string>? Groups => Mapped() is { } mapped ? GroupText.Names(mapped.Keys, name, onFault)
        : Ask("list") is { } names ? GroupText.Names(Words(names), name, onFault) : null;

    public NodeSetExpression? All => Ask("all") is { } nodes ? GroupText.ToExpression(nodes, $"What 'all' of '{name}' answers") : null;

    public NodeSetExpression? Find(string group)
    {
        if (Mapped() is { } mapped && mapped.TryGetValue(group, out string? known))
            return GroupText.ToExpression(known, $"What 'mapall' of '{name}' answers for '{group}'");
        if (Ask("map", "GROUP", group) is not { } nodes) return null;
        // Many a map command, one of sed say, succeeds with an empty answer for a group that does not exist.
        return nodes.Length == 0 && Groups is { } groups && !groups.Contains(group)
            ? null
            : GroupText.ToExpression(nodes, $"What 'map' of '{name}' answers for '{group}'");
    }

    // All groups at once cost no more than those of a node, where there is a command for all.
    public IEnumerable<string>? GroupsOf(string node) =>
        option("mapall") is null && Ask("reverse", "NODE", node) is { } names ? GroupText.Names(Words(names), name, onFault) : null;

    /// <summary>
    /// What <c>mapall</c> answers: the nodes of each group, in lines <c>group: nodes</c>; null where there is no such command.
    /// </summary>
    private OrderedDictionary<string, string>? Mapped()
    {
        if (_mapped is not null || Ask("mapall") is not { } lines) return _mapped;
        var mapped = new OrderedDictionary<string, string>();
        foreach (var line in lines.AsSpan().EnumerateLines())
        {
            if (line.IsWhiteSpace()) continue;
            int colon = line.IndexOf(':');
            string group = line[..Math.Max(colon, 0)].Trim().ToString();
            if (group.Length == 0 || group.Any(char.IsWhiteSpace))
                throw GroupText.Fault(
                    $"'mapall' of '{name}' answers '{line}', which is not 'group: nodes'.", "See what the command prints.");
            if (!GroupText.TryExpand(group, out var names)) names = [group];
            foreach (string each in names) mapped[each] = $"{mapped.GetValueOrDefault(each)} {line[(colon + 1)..]}";
        }

        return _mapped = mapped;
    }

    /// <summary>The output of a command, null where the configuration has none.</summary>
    private string? Ask(string upcall, string variable = "", string? argument = null)
    {
        if (_answers.TryGetValue((upcall, argument), out string? answer)) return answer;
        if (option(upcall) is { } command)
        {
            var variables = new Dictionary<string, string> { ["CFGDIR"] = folder, ["SOURCE"] = name };
            if (argument is not null) variables[variable] = argument;
            answer = new UpcallCommand(command, upcall, name).Run(variables, folder, timeLimit);
        }

        return _answers[(upcall, argument)] = answer;
    }

    private static string[] Words(string text) => [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct()];
}
