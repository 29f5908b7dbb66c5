using System.CommandLine;
using System.Globalization;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Rendering.Run;
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
        "-L", "Show lines with the hosts that have them in common, in the order of hosts.", "--in-order");

    private readonly Option<bool> _each = new("--each") { Description = "Show every host by itself, also where output is equal." };
    private readonly Option<bool> _diff = new("--diff") { Description = "Show how output differs from the commonest." };
    private readonly Option<string?> _separator = OptionTypes.Text(
        "--separator", "-s", "TEXT", "What stands between host and line [default: a colon, and one space or tab].");

    public GatherCommand() : base("gather", "Gather lines of the form 'host: line' by host, and hosts by equal output.")
    {
        Arguments.Add(_files);
        foreach (var option in (Option[])[_gather, _inOrder, _each, _diff, _separator]) Options.Add(option);
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
        bool inOrder = parse.GetValue(_inOrder), each = parse.GetValue(_each), diff = parse.GetValue(_diff);
        if (separator is "") throw CommandFailure.Usage("--separator needs a text");
        if (diff && (inOrder || each || peak.Json)) throw CommandFailure.Usage("--diff goes with none of -L, --each, --json");
        using var gatherer = new Gatherer<int>();
        var input = new LabelledLines(separator, gatherer);
        foreach (string file in files.Length == 0 ? ["-"] : files) Read(file, input);
        var names = input.Finish();

        var screen = new RunScreen(peak);
        var groups = gatherer.Groups.OrderBy(g => g.Targets.Min()).ToList();
        if (peak.Json) WriteJson(peak, groups, names);
        else if (diff) DiffReport.Write(screen, groups, target => names[target], _ => "");
        else foreach (var group in groups) Show(screen, group, names, inOrder, each);
        peak.Out.Flush();
        if (input.Unlabelled == 0) return ExitCodes.Success;
        string lines = input.Unlabelled == 1 ? "1 line has no host and is" : $"{input.Unlabelled} lines have no host and are";
        screen.Say($"{lines} left out; the first is line {input.FirstUnlabelled}");
        return ExitCodes.Failed;
    }

    private static void Show(RunScreen screen, OutputGroup<int> group, IReadOnlyList<string> names, bool inOrder, bool each)
    {
        string[] members = [.. group.Targets.Order().Select(target => names[target])];
        foreach (string[] shown in each ? members.Select(m => (string[])[m]) : [members])
        {
            string folded = HostNames.Fold(shown);
            if (inOrder)
            {
                screen.Text(false, RunScreen.Label(folded), group.Output);
                continue;
            }

            screen.Head(false, shown.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"{folded} ({shown.Length})") : folded);
            screen.Text(false, [], group.Output);
        }
    }

    private static void WriteJson(Invocation peak, List<OutputGroup<int>> groups, IReadOnlyList<string> names) => peak.Out.Json(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("groups"u8);
        foreach (var group in groups)
        {
            json.WriteStartObject();
            json.WriteHosts([.. group.Targets.Order().Select(target => names[target])]);
            json.WriteBytes("stdout", group.Output.ToArray());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Read(string file, LabelledLines input)
    {
        try
        {
            using Stream stream = file == "-"
                ? new StandardInput()
                : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            byte[] buffer = new byte[1 << 17];
            for (int read; (read = stream.Read(buffer)) > 0;) input.Add(buffer.AsSpan(0, read));
            input.EndFile();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage(FileFailure.Describe(file, e));
        }
    }
}
