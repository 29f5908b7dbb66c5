using Peak.Clusters.ClusterShell.Configuration;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell.Upcalls;

/// <summary>A source whose answers are the outputs of commands of its configuration. Each command is run once for each question.</summary>
internal sealed class UpcallGroupSource(string name, string folder, Func<string, ConfigurationValue?> option, TimeSpan timeLimit)
    : IGroupSource
{
    private readonly Dictionary<(string Upcall, string? Argument), string?> _answers = [];

    public string Name => name;

    public bool RunsCommands => true;

    public IEnumerable<string>? Groups => Ask("list") is { } names ? GroupText.CheckNames(Words(names), name) : null;

    public NodeSetExpression? All => Ask("all") is { } nodes ? GroupText.ToExpression(nodes, $"What 'all' of '{name}' answers") : null;

    public NodeSetExpression? Find(string group)
    {
        string nodes = Ask("map", "GROUP", group)!;
        // Many a map command, one of sed say, succeeds with an empty answer for a group that does not exist.
        return nodes.Length == 0 && option("list") is not null && !Words(Ask("list")!).Contains(group)
            ? null
            : GroupText.ToExpression(nodes, $"What 'map' of '{name}' answers for '{group}'");
    }

    public IEnumerable<string>? GroupsOf(string node) =>
        Ask("reverse", "NODE", node) is { } names ? GroupText.CheckNames(Words(names), name) : null;

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
