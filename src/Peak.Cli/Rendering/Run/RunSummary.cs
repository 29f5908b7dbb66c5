using System.Globalization;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>The end of a run in words: how many, and who, by kind of outcome.</summary>
internal static class RunSummary
{
    /// <summary>Says it.</summary>
    /// <param name="screen">Where.</param>
    /// <param name="tally">The run.</param>
    /// <param name="down">Those that were left out.</param>
    /// <param name="reasons">Whether to say why hosts were not reached: nobody has.</param>
    public static void Write(RunScreen screen, RunTally tally, IReadOnlyList<Target> down, bool reasons)
    {
        var kinds = tally.ByKind().ToList();
        var counts = kinds.GroupBy(k => Heading(k.Key)).Select(g => $"{g.Sum(k => k.Value.Count)} {g.Key}").ToList();
        if (down.Count > 0) counts.Add($"{down.Count} down");
        int all = tally.Targets.Count + down.Count;
        screen.Say($"{all} host{(all == 1 ? "" : "s")} in {Duration.Show(tally.Elapsed)}: {string.Join(", ", counts)}");
        foreach (var (kind, names) in kinds)
        {
            if (kind is HostOutcome.Completed) Row(kind.KindText, names);
            else if (kind.Succeeded && kinds.Count > 1) Row("succeeded", names);
            else if (kind is HostOutcome.Canceled or HostOutcome.TimedOut or HostOutcome.TooMuchOutput or HostOutcome.MayStillRun)
                Row(kind.KindText, names);
            else if (!kind.Succeeded) Row($"{Heading(kind)}, {kind.KindText}", names);
            if (!reasons) continue;
            foreach (var reason in names.GroupBy(target => OutcomeReason.Of(target, tally.OutcomeOf(target.Rank))))
                if (reason.Key is { } words) Row($"  {words}", [.. reason]);
        }

        if (down.Count > 0) Row("down, left out", down);
        if (kinds.Any(k => k.Key is HostOutcome.TooMuchOutput)) screen.Say("'--max-output SIZE' sets another limit");
        Advise(HostFailure.HostKey, "to see the keys of hosts, and add them after a yes");
        Advise(HostFailure.HostKeyChanged, "to see the keys that are not the known ones, and what to do");

        void Advise(HostFailure failure, string what)
        {
            var hosts = kinds.FirstOrDefault(k => k.Key is HostOutcome.Unreachable unreachable && unreachable.Failure == failure).Value;
            if (hosts is not null) screen.Say($"{what}: peak trust {RemoteCommand.Quote(HostNames.Fold(hosts))}");
        }

        void Row(string what, IReadOnlyCollection<Target> names) =>
            screen.Error.Raw("  ").Text(what).Raw(": ").Text(HostNames.Fold(names))
                .Raw(names.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({names.Count})") : "").Line();
    }

    private static string Heading(HostOutcome kind) => kind switch
    {
        { Succeeded: true } => "succeeded",
        HostOutcome.Exited or HostOutcome.Signaled or HostOutcome.Failed => "failed",
        HostOutcome.Unreachable => "unreachable",
        HostOutcome.TimedOut => "timed out",
        HostOutcome.TooMuchOutput => "ended at the output limit",
        HostOutcome.MayStillRun => "may still run",
        HostOutcome.Canceled => "stopped",
        _ => "not started",
    };
}
