using System.CommandLine;
using Peak.Cli.Commands;

namespace Peak.Cli;

/// <summary>What <c>peak</c> can do, in the order of its help.</summary>
internal static class Verbs
{
    /// <summary>A verb a line.</summary>
    public static void AddTo(Command root)
    {
        root.Subcommands.Add(HostsCommand.Create());
        root.Subcommands.Add(GroupsCommand.Create());
        root.Subcommands.Add(NodeSetCommand.Create());
        root.Subcommands.Add(PropertiesCommand.Create());
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(LastCommand.Create());
        root.Subcommands.Add(GatherCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(EditCommand.Create());
        root.Subcommands.Add(GraphCommand.Create());
        root.Subcommands.Add(CompletionCommand.Create());
        root.Subcommands.Add(CompletionCommand.CreateComplete(root));
    }
}
