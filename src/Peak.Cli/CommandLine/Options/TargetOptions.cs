using System.CommandLine;
using Peak.Cli.Completion;

namespace Peak.Cli.CommandLine.Options;

/// <summary>The options that say on which hosts a verb works; every verb that works on hosts has them.</summary>
internal sealed class TargetOptions
{
    private readonly Option<string[]> _nodes = OptionTypes.Texts(
        "-w", "--nodes", "NODESET", "Run on these hosts: a node set, or - for one on standard input.");
    private readonly Option<string[]> _groups = OptionTypes.Texts("-g", "--group", "GROUP,...", "Run on the hosts of these groups.");
    private readonly Option<bool> _all = OptionTypes.Flag("-a", "Run on all hosts of the cluster.", "--all");
    private readonly Option<string[]> _exclude = OptionTypes.Texts("-x", "--exclude", "NODESET", "Leave these hosts out.");
    private readonly Option<string[]> _hostFiles = OptionTypes.Texts(
        "--hostfile", null, "FILE", "Run on the hosts of a file of node sets.");
    private readonly Option<int?> _pick = OptionTypes.Count("--pick", null, "N", "Choose N of the hosts at random.", 1);
    private readonly Option<bool> _one = OptionTypes.Flag("--one", "Choose one of the hosts at random.");
    private readonly Option<bool> _next = OptionTypes.Flag("--next", "Take the next one of the hosts each time.");
    private readonly Option<bool> _up = OptionTypes.Flag("--up", "Leave out the hosts whose ssh port does not answer, and list them.");

    public TargetOptions()
    {
        foreach (var nodes in (Option[])[_nodes, _exclude]) nodes.CompletionSources.Add(Candidates.OfRuns);
        _groups.CompletionSources.Add(Candidates.Groups);
    }

    /// <summary>The options, the most used first.</summary>
    public IEnumerable<Option> All => [_nodes, _groups, _all, _exclude, _hostFiles, _pick, _one, _next, _up];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    /// <summary>Whether an option is one of those that name hosts.</summary>
    public static bool NamesHosts(string name) =>
        name is "-w" or "--nodes" or "-g" or "--group" or "-a" or "--all" or "--hostfile";

    /// <summary>Whether it is what other tools call the option that names hosts.</summary>
    public static bool IsForeignName(string name) => name is "--host" or "--hosts" or "--target" or "--targets" or "--limit" or "-H";

    /// <exception cref="CommandFailure">A group is named that has no name.</exception>
    public TargetSelection Read(ParseResult parse) => new()
    {
        Nodes = parse.GetValue(_nodes) ?? [],
        Groups =
        [
            .. (parse.GetValue(_groups) ?? []).SelectMany(GroupsIn),
        ],
        All = parse.GetValue(_all),
        Exclude = parse.GetValue(_exclude) ?? [],
        HostFiles = parse.GetValue(_hostFiles) ?? [],
        Pick = parse.GetValue(_one) ? 1 : parse.GetValue(_pick),
        Next = parse.GetValue(_next),
        OnlyUp = parse.GetValue(_up),
    };

    private static string[] GroupsIn(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } groups
            ? groups
            // A variable that is not set would else mean all hosts.
            : throw CommandFailure.Usage($"no group is named by -g '{TerminalText.Escape(text)}'");
}
