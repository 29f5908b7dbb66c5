using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Completion;
using Peak.Cli.State;

namespace Peak.Cli.Commands;

/// <summary><c>peak last</c>: what became of the hosts of the last run.</summary>
internal sealed class LastCommand : Verb
{
    private readonly Argument<string?> _set = new("SET")
    {
        Description = $"Only print the hosts of one set, as a node set: {string.Join(", ", LastRun.SetNames)}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _run = OptionTypes.Text(
        "--run", null, "RUN", "Of another run: ~2 is the one two before the last, else a name that --list shows.");

    private readonly Option<bool> _list = OptionTypes.Flag("--list", $"List the last {RunHistory.Most} runs.");

    public LastCommand() : base("last", "Show what became of the hosts of the last run.")
    {
        _set.CompletionSources.Add(_ => LastRun.SetNames.Select(name => new CompletionItem(name)));
        _run.CompletionSources.Add(Candidates.RunNames);
        Arguments.Add(_set);
        Options.Add(_run);
        Options.Add(_list);
        Examples =
        [
            "peak last                             who succeeded, failed, was not reached",
            "peak last failed                      those that failed, as a node set",
            "peak run -w @last:failed -- uptime    run on them again",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        string? set = parse.GetValue(_set);
        var history = new RunHistory(new());
        if (parse.GetValue(_list)) return List(peak, history);
        var run = Find(history, parse.GetValue(_run));
        if (set is not null)
        {
            if (!LastRun.SetNames.Contains(set))
                throw CommandFailure.Usage($"there is no set '{set}': there are {string.Join(", ", LastRun.SetNames)}");
            var names = run.Set(set);
            if (peak.Json) peak.Out.Json(names, JsonDocuments.Default.IEnumerableString);
            else if (names.Count > 0) peak.Out.Line(HostNames.Fold(names));
        }
        else if (peak.Json)
        {
            peak.Out.Json(run, JsonDocuments.Default.LastRun);
        }
        else
        {
            Write(peak.Out, run);
        }

        return ExitCodes.Success;
    }

    private static LastRun Find(RunHistory history, string? name)
    {
        if (name is null) return history.Load() ?? throw CommandFailure.Failed("there was no run before");
        var run = name is ['~', .. var count] && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int before)
            ? history.Load(before)
            : history.Load(name);
        return run
            ?? throw CommandFailure.Failed($"no run '{TerminalText.Escape(name)}' is remembered; 'peak last --list' shows which are");
    }

    private static int List(Invocation peak, RunHistory history)
    {
        var runs = new List<LastRun>();
        bool isWhole = true;
        foreach (string id in history.Ids())
        {
            try
            {
                if (history.Load(id) is { } run) runs.Add(run);
            }
            catch (CommandFailure failure)
            {
                // The others can be told of.
                peak.Warn(failure.Message);
                isWhole = false;
            }
        }

        if (peak.Json)
        {
            peak.Out.Json(runs.AsEnumerable(), JsonDocuments.Default.IEnumerableLastRun);
        }
        else
        {
            foreach (var run in runs)
            {
                int ok = run.Set("ok").Count, all = run.Set("all").Count;
                peak.Out.Raw(run.Id).Raw($"  {Ending(run)}, {ok} of {all} succeeded: ").Line(run.Command);
            }
        }

        return isWhole ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static string Ending(LastRun run) =>
        run.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}") : "peak was killed";

    private static void Write(Output output, LastRun run)
    {
        output.Raw("command: ").Line(run.Command);
        string time = Duration.Show(TimeSpan.FromSeconds(run.Seconds));
        string how = run.ExitCode is not null ? $"took {time}, {Ending(run)}"
            : run.Seconds > 0 ? $"{Ending(run)}, last heard of its hosts after {time}"
            : Ending(run);
        string began = run.Began.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        output.Line($"began: {began}, {how}");
        foreach (var outcome in run.Outcomes)
        {
            output.Raw("@last:").Raw(outcome.Set).Text(outcome.Set == "ok" ? "" : $", {outcome.Outcome}").Raw(": ").Text(outcome.Nodeset);
            output.Raw(outcome.Count > 1 ? $" ({outcome.Count})" : "").Line();
        }
    }
}
