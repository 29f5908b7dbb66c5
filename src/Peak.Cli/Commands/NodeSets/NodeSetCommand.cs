using System.CommandLine;
using Peak.Cli.Completion;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>
/// <c>peak nodeset</c>: the algebra of node sets, for those whose fingers know ClusterShell's <c>nodeset</c>. Its
/// operators depend on their order, so it reads its own command line; what is made here serves help and completion.
/// </summary>
internal static partial class NodeSetCommand
{
    public const string Name = "nodeset";

    /// <summary>Whether a command line is of this verb and no request for help.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="run">Runs it.</param>
    public static bool Takes(string[] args, out Func<int> run)
    {
        int verb = 0;
        while (verb < args.Length && args[verb] is ['-', ..] option)
            verb += option is "--cluster" or "--color" ? 2 : 1;
        run = () => 0;
        if (verb >= args.Length || args[verb] != Name) return false;
        var arguments = Read([.. args[..verb], .. args[(verb + 1)..]]);
        run = () => new Run(arguments, new Invocation(Program.Out, Program.Error, arguments.ClusterFile, arguments.Lenient, arguments.Json, arguments.Debug)).Execute();
        return !arguments.Help;
    }

    /// <summary>The verb as help and completion see it.</summary>
    public sealed class Help : Verb
    {
        public Help() : base(NodeSetCommand.Name, "Count, expand, fold, split and combine sets of node names, as ClusterShell's nodeset does.")
        {
            var sets = new Argument<string[]>("SETS")
            {
                Description = "Node sets, and between them -x SET, -i SET, -X SET; - is standard input, as is no set at all.",
                HelpName = "SETS",
                Arity = ArgumentArity.ZeroOrMore,
            };
            sets.CompletionSources.Add(Candidates.OfCluster);
            Arguments.Add(sets);
            foreach (var flag in Flags)
            {
                string[] aliases = [.. flag.Letter is { } letter ? [$"-{letter}"] : Array.Empty<string>(), .. flag.Alias is { } alias ? [$"--{alias}"] : Array.Empty<string>()];
                Options.Add(flag.Value is null
                    ? new Option<bool>($"--{flag.Name}", aliases) { Description = flag.Help, Hidden = flag.Hidden }
                    : new Option<string>($"--{flag.Name}", aliases) { Description = flag.Help, HelpName = flag.Value, Hidden = flag.Hidden });
            }

            Examples =
            [
                "peak nodeset -f n1 n2 n3 n10          n[1-3,10]",
                "peak nodeset -e 'n[1-5]' -x n3        n1 n2 n4 n5",
                "peak nodeset -c @prime                how many hosts a group has",
                "peak nodeset -r n1 n2                 the same set in groups",
                "peak nodeset -ll -s racks             groups of a source of ClusterShell's groups.conf",
                "squeue -ho %N | peak nodeset -f       fold what is on standard input",
            ];
        }
    }
}
