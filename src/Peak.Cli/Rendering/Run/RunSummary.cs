using System.Globalization;
using Peak.Clusters.Remote;

namespace Peak.Cli.Rendering.Run;

/// <summary>The end of a run in words: how many, and who, by kind of outcome.</summary>
internal static class RunSummary
{
    /// <summary>The targets of each kind of outcome, in order; the kinds by what went well, failed, was not reached, not started.</summary>
    public static IEnumerable<(HostOutcome Kind, List<string> Names)> ByKind(RunTally tally)
    {
        var kinds = new Dictionary<HostOutcome, List<string>>();
        for (int rank = 0; rank < tally.Targets.Count; rank++)
        {
            if (tally.OutcomeOf(rank) is not { } outcome) continue;
            if (!kinds.TryGetValue(outcome.Kind(), out var names)) kinds.Add(outcome.Kind(), names = []);
            names.Add(tally.Targets[rank]);
        }

        return kinds.Select(k => (k.Key, k.Value)).OrderBy(k => Order(k.Key));
    }

    /// <summary>Says it.</summary>
    public static void Write(RunScreen screen, RunTally tally, IReadOnlyList<string> down)
    {
        var kinds = ByKind(tally).ToList();
        var counts = kinds.GroupBy(k => Heading(k.Kind)).Select(g => $"{g.Sum(k => k.Names.Count)} {g.Key}").ToList();
        if (down.Count > 0) counts.Add($"{down.Count} down");
        int all = tally.Targets.Count + down.Count;
        screen.Say($"{all} host{(all == 1 ? "" : "s")} in {Duration.Show(tally.Elapsed)}: {string.Join(", ", counts)}");
        foreach (var (kind, names) in kinds)
        {
            if (kind.Succeeded && kinds.Count > 1) Row("succeeded", names);
            else if (!kind.Succeeded) Row(kind is HostOutcome.Cancelled or HostOutcome.TimedOut ? kind.KindWords() : $"{Heading(kind)}, {kind.KindWords()}", names);
        }

        if (down.Count > 0) Row("down, left out", down);
        if (kinds.FirstOrDefault(k => k.Kind is HostOutcome.Unreachable { Failure: HostFailure.HostKey }).Names is { } strangers)
            screen.Say($"'peak trust {HostNames.Fold(strangers)}' shows the keys of hosts and adds them after a yes");

        void Row(string what, IReadOnlyCollection<string> names) =>
            screen.Error.Raw("  ").Text(what).Raw(": ").Text(HostNames.Fold(names))
                .Raw(names.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({names.Count})") : "").Line();
    }

    private static string Heading(HostOutcome kind) => kind switch
    {
        { Succeeded: true } => "succeeded",
        HostOutcome.Exited or HostOutcome.Signaled => "failed",
        HostOutcome.Unreachable => "unreachable",
        HostOutcome.TimedOut => "timed out",
        HostOutcome.Cancelled => "stopped",
        _ => "not started",
    };

    private static (int, int) Order(HostOutcome kind) => kind switch
    {
        HostOutcome.Exited exited => (exited.Status == 0 ? 0 : 1, exited.Status),
        HostOutcome.Signaled => (2, 0),
        HostOutcome.TimedOut => (3, 0),
        HostOutcome.Unreachable unreachable => (4, (int)unreachable.Failure),
        HostOutcome.Cancelled => (5, 0),
        _ => (6, 0),
    };
}
