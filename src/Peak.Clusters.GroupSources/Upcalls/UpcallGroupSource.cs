using System.Buffers;
using Peak.Clusters.GroupSources.Configuration;

namespace Peak.Clusters.GroupSources.Upcalls;

/// <summary>A source whose answers are the outputs of commands of its configuration. Each command is run once a question.</summary>
internal sealed class UpcallGroupSource(string name, string folder, Func<string, ConfigurationValue?> option, TimeSpan timeLimit)
    : GroupSource(name)
{
    private static readonly SearchValues<char> NotInGroupNames = SearchValues.Create("@,!&^*");
    private readonly Dictionary<(string Upcall, string? Argument), string?> _answers = [];

    public override bool CanReverse => option("reverse") is not null;

    public override IReadOnlyList<string> ListGroups() => Names(Answer("list") ?? throw new MissingUpcallException("list", Name));

    public override string? NodesOf(string group)
    {
        string nodes = Answer("map", "GROUP", group) ?? throw new MissingUpcallException("map", Name);
        // Many a map command, one of sed say, succeeds with an empty answer for a group that does not exist.
        return nodes.Length == 0 && option("list") is not null && !ListGroups().Contains(group) ? null : nodes;
    }

    public override string? AllNodes() => Answer("all");

    public override IReadOnlyList<string> GroupsOf(string node) =>
        Names(Answer("reverse", "NODE", node) ?? throw new NotSupportedException());

    private string? Answer(string upcall, string variable = "", string? argument = null)
    {
        if (_answers.TryGetValue((upcall, argument), out string? answer)) return answer;
        if (option(upcall) is { } command)
        {
            var variables = new Dictionary<string, string> { ["CFGDIR"] = folder, ["SOURCE"] = Name };
            if (argument is not null) variables[variable] = argument;
            answer = new UpcallCommand(command, upcall, Name).Run(variables, folder, timeLimit);
        }

        _answers[(upcall, argument)] = answer;
        return answer;
    }

    private List<string> Names(string text)
    {
        var names = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        foreach (string group in names)
            if (group.AsSpan().ContainsAny(NotInGroupNames))
                throw new GroupSourceException($"the group source '{Name}' lists '{group}', which is no name of a group: none has any of @ , ! & ^ *");
        return names;
    }
}
