using System.CommandLine;
using Peak.Cli.Commands;
using Peak.Cli.Commands.Files;
using Peak.Cli.Commands.Gather;
using Peak.Cli.Commands.NodeSets;
using Peak.Cli.Commands.Run;

namespace Peak.Cli.CommandLine;

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
        root.Subcommands.Add(new CompleteCommand());
    }

    private static ReadOnlySpan<string> Names => new[]
    {
        "run", "copy", "fetch", "rm", "df", "last", "gather", "trust", "hosts", "groups", "nodeset", "check", "edit", "graph", "properties",
        "completion", "help",
    };

    private static bool AddNamed(Command root, ReadOnlySpan<string> args)
    {
        foreach (string arg in args)
            if (!root.Subcommands.Any(c => c.Name == arg) && Create(arg) is { } verb) root.Subcommands.Add(verb);
        return root.Subcommands.Count > 0;
    }

    private static Command? Create(string name) => name switch
    {
        "hosts" => new HostsCommand(),
        "groups" => new GroupsCommand(),
        "nodeset" => new NodeSetCommand(),
        "properties" => new PropertiesCommand(),
        "run" => new RunCommand(),
        "copy" => new CopyCommand(),
        "fetch" => new FetchCommand(),
        "rm" => new RmCommand(),
        "df" => new DfCommand(),
        "last" => new LastCommand(),
        "gather" => new GatherCommand(),
        "trust" => new TrustCommand(),
        "check" => new CheckCommand(),
        "edit" => new EditCommand(),
        "graph" => new GraphCommand(),
        "completion" => new CompletionCommand(),
        "help" => new HelpCommand(),
        "complete" => new CompleteCommand(),
        _ => null,
    };
}
