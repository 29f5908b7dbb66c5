using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.Completion;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>
/// <c>peak nodeset</c>: the algebra of node sets, for those whose fingers know ClusterShell's <c>nodeset</c>. Its operators depend
/// on their order, so it reads its own command line; its arguments and options serve help and completion.
/// </summary>
internal sealed class NodeSetCommand : Verb
{
    private const string VerbName = "nodeset";
    private readonly OptionGroup[] _groups;

    public NodeSetCommand() : base(VerbName, "Count, expand, fold, split and combine sets of node names, as ClusterShell's nodeset does.")
    {
        var sets = new Argument<string[]>("SETS")
        {
            Description = "Node sets, and between them -x SET, -i SET, -X SET; - is standard input, as is no set at all.",
            HelpName = "SETS",
            Arity = ArgumentArity.ZeroOrMore,
        };
        sets.CompletionSources.Add(Candidates.OfSources);
        Arguments.Add(sets);
        _groups = [.. NodeSetFlags.Groups.Select(group => new OptionGroup(group.Title, [.. group.Flags.Select(ToOption)]))];
        foreach (var option in _groups.SelectMany(group => group.Options)) Options.Add(option);
        Examples =
        [
            "peak nodeset -f n1 n2 n3 n10          n[1-3,10]",
            "peak nodeset -e 'n[1-5]' -x n3        n1 n2 n4 n5",
            "peak nodeset -c @prime                how many hosts a group has",
            "peak nodeset -r n1 n2                 the same set in groups",
            "peak nodeset -ll -s racks             groups of ClusterShell's source racks",
            "squeue -ho %N | peak nodeset -f       fold what is on standard input",
        ];
    }

    public override IReadOnlyList<OptionGroup> OptionGroups => _groups;

    /// <summary>Whether a command line is of this verb.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="arguments">What it says.</param>
    /// <exception cref="CommandFailure">It is of this verb, and can't be read.</exception>
    public static bool Takes(string[] args, [NotNullWhen(true)] out NodeSetArguments? arguments)
    {
        arguments = null;
        int verb = 0;
        while (verb < args.Length && args[verb] is ['-', ..] option)
            verb += option is "--cluster" or "--color" ? 2 : 1;
        if (verb >= args.Length || args[verb] != VerbName) return false;
        arguments = NodeSetCommandLine.Read([.. args[..verb], .. args[(verb + 1)..]]);
        return true;
    }

    /// <summary>Does what the arguments say.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandFailure">There is no answer.</exception>
    public static int Run(NodeSetArguments arguments)
    {
        if (arguments.Help)
        {
            HelpText.Write(Program.Out, HelpPage.Of(Program.CreateRoot(VerbName).Subcommands[0]));
            return ExitCodes.Success;
        }

        var peak = new Invocation(Program.Out, Program.Error, arguments.ClusterFile, arguments.Lenient, arguments.Json, arguments.Debug);
        arguments.Check();
        var faults = new GroupFaults(peak);
        try
        {
            Answer(arguments, peak, faults);
            return faults.Any ? ExitCodes.Failed : ExitCodes.Success;
        }
        catch (OverflowException)
        {
            throw CommandFailure.Failed("nodeset: the set has more names than can be counted here; narrow it");
        }
    }

    private static void Answer(NodeSetArguments arguments, Invocation peak, GroupFaults faults)
    {
        var groups = new NodeGroups(peak, null, arguments.GroupsConf, arguments.Source, faults.Tell);
        // Who names a source means one that there is, also where no set needs it.
        if (arguments.Source is not null) _ = groups.Sources;
        var listing = new GroupListing(arguments, peak, groups, faults);
        if (arguments is { Source: { } source, RangeSet: true, Quiet: false }) peak.Warn($"-s {source} is of no use with -R");
        if (arguments.Action == NodeSetAction.ListSources)
        {
            listing.WriteSources();
            return;
        }

        var reader = new NodeSetReader(arguments, peak, groups);
        var set = reader.Read();
        if (arguments.Action is NodeSetAction.List or NodeSetAction.ListAll)
        {
            bool asked = arguments.All || arguments.Operands.Count > 0 || arguments.First.Any();
            listing.Write(asked ? set : null);
            return;
        }

        if (arguments.Action == NodeSetAction.Completion)
        {
            listing.WriteCompletion();
            if (set.IsEmpty) return;
        }

        var writer = new NodeSetWriter(arguments, peak, groups);
        if (arguments.Index is { } node) writer.WriteIndex(set, reader.ReadOne(node));
        else writer.Write(set);
    }

    private static Option ToOption(NodeSetFlag flag)
    {
        string name = $"--{flag.Name}";
        string?[] others = [flag.Letter is { } letter ? $"-{letter}" : null, flag.Alias is { } alias ? $"--{alias}" : null];
        string[] aliases = [.. others.OfType<string>()];
        if (flag.Value is null) return new Option<bool>(name, aliases) { Description = flag.Help, Hidden = flag.Hidden };
        var option = new Option<string>(name, aliases) { Description = flag.Help, HelpName = flag.Value, Hidden = flag.Hidden };
        if (flag.Value == "SET") option.CompletionSources.Add(Candidates.OfSources);
        if (flag.Value == "NOTATION") option.CompletionSources.Add("pdsh", "ansible");
        return option;
    }
}
