using System.CommandLine;
using Peak.Cli.Commands;

namespace Peak.Cli;

/// <summary>What <c>peak</c> can do, in the order of its help.</summary>
internal static class Verbs
{
    /// <summary>
    /// Adds the verbs that stand among the arguments, or all where none does: to put together the options of all would
    /// cost more than to list some hosts.
    /// </summary>
    public static void AddTo(Command root, ReadOnlySpan<string> args)
    {
        if (!AddNamed(root, args)) AddAll(root);
    }

    /// <summary>Adds all verbs.</summary>
    public static void AddAll(Command root)
    {
        foreach (string name in Names) root.Subcommands.Add(Create(name)!);
        root.Subcommands.Add(CompletionCommand.CreateComplete());
    }

    private static ReadOnlySpan<string> Names => new[]
    {
        "hosts", "groups", "nodeset", "properties", "run", "last", "gather", "trust", "check", "edit", "graph", "completion",
    };

    private static bool AddNamed(Command root, ReadOnlySpan<string> args)
    {
        foreach (string arg in args)
            if (!root.Subcommands.Any(c => c.Name == arg) && Create(arg) is { } verb) root.Subcommands.Add(verb);
        return root.Subcommands.Count > 0;
    }

    private static Command? Create(string name) => name switch
    {
        "hosts" => HostsCommand.Create(),
        "groups" => GroupsCommand.Create(),
        "nodeset" => NodeSetCommand.Create(),
        "properties" => PropertiesCommand.Create(),
        "run" => RunCommand.Create(),
        "last" => LastCommand.Create(),
        "gather" => GatherCommand.Create(),
        "trust" => TrustCommand.Create(),
        "check" => CheckCommand.Create(),
        "edit" => EditCommand.Create(),
        "graph" => GraphCommand.Create(),
        "completion" => CompletionCommand.Create(),
        "complete" => CompletionCommand.CreateComplete(),
        _ => null,
    };
}
