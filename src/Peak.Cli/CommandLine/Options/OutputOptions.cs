using System.CommandLine;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.CommandLine.Options;

/// <summary>The options that say how the output of hosts is shown.</summary>
internal sealed class OutputOptions
{
    /// <summary>
    /// The limit of a host whose output is kept to be shown later. More than anybody reads, and a part of what a disk for temporary
    /// files has.
    /// </summary>
    private const long DefaultMaxOutput = 1L << 30;

    private readonly Option<bool> _gather = OptionTypes.Flag(
        "-b", "Show equal output once, under the hosts that have it in common.", "--gather");
    private readonly Option<bool> _inOrder = OptionTypes.Flag("-L", "Show output in the order of the hosts.", "--in-order");
    private readonly Option<bool> _diff = OptionTypes.Flag("--diff", "Show how output differs from the commonest.");
    private readonly Option<bool> _noLabels = OptionTypes.Flag("-N", "Show lines without the names of hosts.", "--no-labels");
    private readonly Option<bool> _quiet = OptionTypes.Flag("-q", "Show only what the hosts print.", "--quiet");
    private readonly Option<string?> _folder = OptionTypes.Text(
        "--output-dir", null, "DIR", "Write a file for each host and stream, and status.json, into DIR.");
    private readonly Option<bool> _maxStatus = OptionTypes.Flag("-S", "Exit with the largest status of the hosts.", "--max-status");

    private readonly Option<bool> _batchMode = OptionTypes.Flag(
        "--batch-mode", "End at one ^C and show no progress, also on a terminal.");

    private readonly Option<long?> _maxOutput = OptionTypes.Size(
        "--max-output", "End a host that prints more [default: 1G where output is gathered or ordered]; 0: no limit.");
    private readonly Option<long?> _maxKept = MaxKeptOption();

    /// <summary>The options, the most used first.</summary>
    public IEnumerable<Option> All =>
        [_gather, _inOrder, _diff, _noLabels, _quiet, _folder, _maxStatus, _batchMode, _maxOutput, _maxKept];

    /// <summary>Those that do not depend on what is shown.</summary>
    public IEnumerable<Option> OfAllReports => [_quiet, _batchMode];

    public static Option<long?> MaxKeptOption() => OptionTypes.Size(
        "--max-kept", "Stop where more has to be kept to be shown later [default: 4G]; 0: no limit.");

    /// <summary>Why output could not be kept, and what helps.</summary>
    public static string Describe(OutputNotKeptException failure) =>
        failure.Limit is null ? failure.Message : $"{failure.Message}; '--max-kept SIZE' sets another limit";

    /// <summary>The value of such an option.</summary>
    public static long ReadMaxKept(ParseResult parse, Option<long?> option) =>
        parse.GetValue(option) switch { null => Gatherer<int>.DefaultMaxKept, 0 => long.MaxValue, { } limit => limit };

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    /// <param name="parse">The command line.</param>
    /// <param name="json">Whether the output is to be JSON.</param>
    /// <exception cref="CommandFailure">Options contradict each other.</exception>
    public OutputSettings Read(ParseResult parse, bool json)
    {
        var settings = new OutputSettings
        {
            Gather = parse.GetValue(_gather),
            InOrder = parse.GetValue(_inOrder),
            Diff = parse.GetValue(_diff),
            Labels = !parse.GetValue(_noLabels),
            Quiet = parse.GetValue(_quiet),
            Folder = parse.GetValue(_folder),
            MaxStatus = parse.GetValue(_maxStatus),
            BatchMode = parse.GetValue(_batchMode),
            Json = json,
            MaxKept = ReadMaxKept(parse, _maxKept),
        };
        bool keeps = settings.Gather || settings.InOrder || settings.Diff;
        long? limit = parse.GetValue(_maxOutput) ?? (keeps ? DefaultMaxOutput : null);
        settings = settings with { MaxOutput = limit is 0 ? null : limit };
        if (settings.Folder is not null && (settings.Gather || settings.InOrder || settings.Diff || json))
            throw CommandFailure.Usage("--output-dir writes files instead of showing output: it goes with none of -b, -L, --diff, --json");
        if (json && (settings.InOrder || settings.Diff)) throw CommandFailure.Usage("--json goes with -b or with none of -b, -L, --diff");
        if (settings.Folder is "") throw CommandFailure.Usage("--output-dir needs the name of a folder");
        if (settings.Folder is not null) FileFailure.Checked(settings.Folder);
        return settings;
    }
}
