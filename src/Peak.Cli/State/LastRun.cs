using System.Text.Json;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.State;

/// <summary>
/// What became of the hosts of a run, for <c>@last:failed</c> and <c>peak last</c>. It is kept and shown as the JSON of
/// docs/run-json.md.
/// </summary>
internal sealed record LastRun
{
    /// <summary>What happened to a host that was left out, because it was down.</summary>
    public const string Down = "down, left out";

    /// <summary>The node sets of a run, by the names that follow <c>@last:</c>.</summary>
    public static IReadOnlyList<string> SetNames { get; } = ["ok", "failed", "unreachable", "notrun", "all"];

    /// <summary>Names the run: when it began, to the millisecond.</summary>
    public string Id { get; init; } = "";

    public required DateTimeOffset Began { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The command as one line.</summary>
    public required string Command { get; init; }

    /// <summary>Null where the run did not end: it was killed.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>Every host once, with those that had the same outcome, in order.</summary>
    public required IReadOnlyList<LastOutcome> Outcomes { get; init; }

    /// <summary>The hosts of one of <see cref="SetNames"/>.</summary>
    public IReadOnlyList<string> Set(string name) => [.. Outcomes.Where(o => name == "all" || o.Set == name).SelectMany(o => o.Hosts)];

    public static LastRun From(RunTally tally, IReadOnlyList<Target> down, string command, int exitCode, DateTimeOffset began)
    {
        // A host that a check found wanting is none to go on with, whatever became of the command.
        var wanting = tally.FailedCheck?.Failures.ToDictionary(f => f.Key.Rank, f => f.Value) ?? [];
        var hosts = tally.Targets
            .Select((target, rank) => wanting.TryGetValue(rank, out var check)
                ? (target.Name, Set: "failed", Outcome: $"the check failed: {check.KindText}")
                : tally.OutcomeOf(rank) is { } outcome
                ? (target.Name, Set: SetOf(outcome), Outcome: OutcomeReason.InPlaceOfKind(target, outcome))
                : (target.Name, Set: "notrun", Outcome: "not started"))
            .Concat(down.Select(target => (target.Name, Set: "unreachable", Outcome: Down)));
        return new()
        {
            Began = began,
            Seconds = Math.Round(tally.Elapsed.TotalSeconds, 3),
            Command = command,
            ExitCode = exitCode,
            Outcomes = Group(hosts),
        };
    }

    /// <summary>Of a run that was killed, or goes on, as far as is known.</summary>
    /// <param name="began">When it began.</param>
    /// <param name="seconds">How long it took until something was known the last time.</param>
    /// <param name="command">The command.</param>
    /// <param name="hosts">Its hosts, each with its set and what happened.</param>
    public static LastRun Unfinished(
        DateTimeOffset began, double seconds, string command, IEnumerable<(string Name, string Set, string Outcome)> hosts) =>
        new() { Began = began, Seconds = seconds, Command = command, ExitCode = null, Outcomes = Group(hosts) };

    /// <summary>The run that a file tells of.</summary>
    /// <exception cref="FormatException">It tells of none; the message says why.</exception>
    public static LastRun Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var run = JsonSerializer.Deserialize(json, JsonDocuments.Default.LastRun);
            return (run is null ? "it has none" : run.FindFault()) is { } fault ? throw new FormatException(fault) : run!;
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message.TrimEnd('.'), e);
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JsonDocuments.Default.LastRun);

    /// <summary>What a file says that no run can have left, apart from types; null where there is nothing.</summary>
    private string? FindFault()
    {
        if (!(Seconds >= 0 && Seconds < TimeSpan.MaxValue.TotalSeconds)) return "'seconds' is no time that a run can take";
        foreach (var outcome in Outcomes)
        {
            // The serializer looks for null only where there are no elements.
            if (outcome is null || outcome.Hosts.Any(string.IsNullOrEmpty)) return "a host has no name";
            if (outcome.Set == "all" || !SetNames.Contains(outcome.Set)) return $"there is no set '{TerminalText.Escape(outcome.Set)}'";
        }

        return null;
    }

    private static LastOutcome[] Group(IEnumerable<(string Name, string Set, string Outcome)> hosts) =>
    [
        .. hosts.GroupBy(h => (h.Set, h.Outcome))
            .Select(g => new LastOutcome { Set = g.Key.Set, Outcome = g.Key.Outcome, Hosts = [.. g.Select(h => h.Name)] }),
    ];

    /// <summary>The set, of <see cref="SetNames"/>, to which a host with an outcome belongs.</summary>
    public static string SetOf(HostOutcome outcome) => outcome switch
    {
        { Succeeded: true } => "ok",
        HostOutcome.Unreachable => "unreachable",
        HostOutcome.NotStarted => "notrun",
        _ => "failed",
    };
}

/// <summary>Hosts with the same outcome.</summary>
internal sealed record LastOutcome
{
    /// <summary>One of <see cref="LastRun.SetNames"/>, but not all.</summary>
    public required string Set { get; init; }

    /// <summary>What happened, in words.</summary>
    public required string Outcome { get; init; }

    /// <summary>The hosts, folded.</summary>
    public string Nodeset => HostNames.Fold(Hosts);

    public int Count => Hosts.Count;

    /// <summary>The names of the hosts, at least one.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }
}
