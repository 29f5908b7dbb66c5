using System.CommandLine;
using System.Globalization;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Rendering.Run;
using Peak.Clusters.NodeSets;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Commands.Gather;

/// <summary><c>peak gather</c>: from lines <c>host: line</c> to what <c>peak run -b</c> shows; in place of dshbak and clubak.</summary>
internal sealed class GatherCommand : Verb
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Read these files instead of standard input; - is standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _gather = new("-b", "-c", "--gather") { Description = "Show equal output once; this is the default." };
    private readonly Option<bool> _inOrder = OptionTypes.Flag(
        "-L", "Show the lines of each host, in the order of hosts; with -b, lines with the hosts that have them in common.", "--in-order");
    private readonly Option<bool> _noLabels = OptionTypes.Flag("-N", "Show lines without the names of hosts.", "--no-labels");

    private readonly Option<bool> _each = new("--each") { Description = "Show every host by itself, also where output is equal." };
    private readonly Option<bool> _diff = new("--diff") { Description = "Show how output differs from the commonest." };
    private readonly Option<long?> _maxKept = OutputOptions.MaxKeptOption();
    private readonly Option<string?> _separator = OptionTypes.Text(
        "--separator", "-s", "TEXT", "What stands between host and line [default: a colon, and one space or tab].");

    public GatherCommand() : base("gather", "Gather lines of the form 'host: line' by host, and hosts by equal output.")
    {
        Arguments.Add(_files);
        foreach (var option in (Option[])[_gather, _inOrder, _noLabels, _each, _diff, _separator, _maxKept]) Options.Add(option);
        Examples =
        [
            "pdsh -w 'n[1-9]' uname -r | peak gather   as dshbak -c and clubak -b do",
            "peak run uptime > log; peak gather log",
            "peak gather --diff log                    how hosts differ",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        string[] files = parse.GetValue(_files) ?? [];
        string? separator = parse.GetValue(_separator);
        bool inOrder = parse.GetValue(_inOrder), labels = !parse.GetValue(_noLabels), diff = parse.GetValue(_diff);
        // As in a run, -L alone puts no hosts together.
        bool each = parse.GetValue(_each) || (inOrder && !parse.GetValue(_gather));
        if (separator is "") throw CommandFailure.Usage("--separator needs a text");
        if (diff && (inOrder || each || !labels || peak.Json))
            throw CommandFailure.Usage("--diff goes with none of -L, -N, --each, --json");
        using var gatherer = new Gatherer<int>(maxKept: OutputOptions.ReadMaxKept(parse, _maxKept));
        var input = new LabelledLines(separator, gatherer);
        try
        {
            foreach (string file in files.Length == 0 ? ["-"] : files) Read(file, input, peak.Out);
        }
        catch (OutputNotKeptException e)
        {
            throw CommandFailure.Usage(OutputOptions.Describe(e));
        }

        var names = input.Finish();

        var screen = new RunScreen(peak);
        int[] ranks = RanksOf(names);
        var groups = gatherer.Groups.OrderBy(g => g.Targets.Min(target => ranks[target])).ToList();
        if (peak.Json) WriteJson(peak, groups, Members);
        else if (diff) DiffReport.Write(screen, groups, target => names[target], _ => "");
        else if (each) foreach (var (group, name) in ByHost()) Show(screen, group, [name], inOrder, labels);
        else foreach (var group in groups) Show(screen, group, Members(group), inOrder, labels);
        peak.Out.Flush();
        if (input.Unlabelled == 0) return ExitCodes.Success;
        string lines = input.Unlabelled == 1 ? "1 line has no host and is" : $"{input.Unlabelled} lines have no host and are";
        screen.Say($"{lines} left out; the first is line {input.FirstUnlabelled}");
        return ExitCodes.Failed;

        string[] Members(OutputGroup<int> group) => [.. group.Targets.OrderBy(target => ranks[target]).Select(target => names[target])];

        IEnumerable<(OutputGroup<int> Group, string Name)> ByHost() => groups
            .SelectMany(group => group.Targets.Select(target => (Group: group, Target: target)))
            .OrderBy(host => ranks[host.Target])
            .Select(host => (host.Group, names[host.Target]));
    }

    // Lines arrive as hosts happen to answer: what is shown has the order of a node set.
    private static int[] RanksOf(IReadOnlyList<string> names)
    {
        var inOrder = new Dictionary<string, int>(names.Count);
        foreach (string name in NodeSet.Of(names)) inOrder[name] = inOrder.Count;
        return [.. names.Select(name => inOrder.GetValueOrDefault(name, int.MaxValue))];
    }

    private static void Show(RunScreen screen, OutputGroup<int> group, string[] members, bool inOrder, bool labels)
    {
        string folded = HostNames.Fold(members);
        if (labels && !inOrder)
            screen.Head(false, members.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"{folded} ({members.Length})") : folded);
        screen.Text(false, labels && inOrder ? RunScreen.Label(folded) : [], group.Output);
    }

    private static void WriteJson(Invocation peak, List<OutputGroup<int>> groups, Func<OutputGroup<int>, string[]> members) =>
        peak.Out.Json(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("groups"u8);
            foreach (var group in groups)
            {
                json.WriteStartObject();
                json.WriteHosts(members(group));
                json.WriteOutput("stdout", group.Output);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void Read(string file, LabelledLines input, Output @out)
    {
        try
        {
            using Stream stream = file == "-"
                ? new StandardInput()
                : new FileStream(FileFailure.Checked(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            byte[] buffer = new byte[1 << 17];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (@out.IsUnread) throw new BrokenPipeException();
                input.Add(buffer.AsSpan(0, read));
            }

            input.EndFile();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not (BrokenPipeException or OutputNotKeptException)))
        {
            throw CommandFailure.Usage(FileFailure.Describe(file, e));
        }
    }
}
