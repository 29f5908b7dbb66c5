using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
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

    public LastCommand() : base("last", "Show what became of the hosts of the last run.")
    {
        _set.CompletionSources.Add(_ => LastRun.SetNames.Select(name => new CompletionItem(name)));
        Arguments.Add(_set);
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
        var run = LastRun.Load(new StateFolder()) ?? throw CommandFailure.Failed("there was no run before");
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

    private static void Write(Output output, LastRun run)
    {
        output.Raw("command: ").Line(run.Command);
        string took = Duration.Show(TimeSpan.FromSeconds(run.Seconds));
        string began = run.Began.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        output.Line($"began: {began}, took {took}, exit code {run.ExitCode}");
        foreach (var outcome in run.Outcomes)
        {
            output.Raw("@last:").Raw(outcome.Set).Text(outcome.Set == "ok" ? "" : $", {outcome.Outcome}").Raw(": ").Text(outcome.Nodeset);
            output.Raw(outcome.Count > 1 ? $" ({outcome.Count})" : "").Line();
        }
    }
}
