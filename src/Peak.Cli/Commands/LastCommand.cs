using System.CommandLine;
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
        Arguments.Add(_set);
        Examples =
        [
            "peak last                                 who succeeded, failed, was not reached, was not run on",
            "peak last failed                          those that failed, as a node set",
            "peak run -w @last:failed -- uptime        run on them again",
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
            if (peak.Json) peak.Out.Json(json => json.WriteStrings(names));
            else if (names.Count > 0) peak.Out.Line(HostNames.Fold(names));
            return ExitCodes.Success;
        }

        if (peak.Json)
        {
            peak.Out.Json(run.Write);
            return ExitCodes.Success;
        }

        peak.Out.Raw("command: ").Line(run.Command);
        peak.Out.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"began: {run.Began.ToLocalTime():yyyy-MM-dd HH:mm:ss}, took {Duration.Show(run.Duration)}, exit code {run.ExitCode}"));
        foreach (var outcome in run.Hosts.GroupBy(h => (h.Set, h.Outcome)))
        {
            string[] names = [.. outcome.Select(h => h.Host)];
            string what = outcome.Key.Set == "ok" ? "" : $", {outcome.Key.Outcome}";
            string count = names.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({names.Length})") : "";
            peak.Out.Raw("@last:").Raw(outcome.Key.Set).Text(what).Raw(": ").Text(HostNames.Fold(names)).Raw(count).Line();
        }

        return ExitCodes.Success;
    }
}
