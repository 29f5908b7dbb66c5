using Peak.Clusters.Remote;

namespace Peak.Cli.Rendering.Run;

/// <summary>Words for outcomes and their kinds.</summary>
internal static class Outcomes
{
    /// <summary>What happened to one host, on one line.</summary>
    public static string Describe(this HostOutcome outcome)
    {
        if (outcome is not HostOutcome.Unreachable { Failure: var failure }) return OneLine(outcome.ToString()!);
        string words = OneLine(outcome.ToString()!);
        string kind = Words(failure);
        return words.Length == 0 ? kind : failure == HostFailure.Other || words.Contains(kind, StringComparison.OrdinalIgnoreCase) ? words : $"{kind}: {words}";
    }

    /// <summary>The outcome without what is of one host only, so that hosts can be gathered by it.</summary>
    public static HostOutcome Kind(this HostOutcome outcome) => outcome switch
    {
        HostOutcome.Unreachable unreachable => unreachable with { Message = "" },
        HostOutcome.NotStarted notStarted when notStarted.Reason != NotStartedReason.Policy => notStarted with { Message = "" },
        _ => outcome,
    };

    /// <summary>Words for the kind: <c>exit status 1</c>, <c>connection refused</c>.</summary>
    public static string KindWords(this HostOutcome outcome) => outcome switch
    {
        HostOutcome.Exited exited => $"exit status {exited.Status}",
        HostOutcome.Unreachable unreachable => Words(unreachable.Failure),
        HostOutcome.NotStarted { Reason: NotStartedReason.Cancelled } => "the run was stopped",
        HostOutcome.NotStarted { Reason: NotStartedReason.CannotStart } => "the program could not be started",
        _ => outcome.ToString()!,
    };

    /// <summary>For programs: <c>exited</c>, <c>signaled</c>, <c>unreachable</c>, <c>timed-out</c>, <c>cancelled</c>, <c>not-started</c>.</summary>
    public static string JsonName(this HostOutcome outcome) => outcome switch
    {
        HostOutcome.Exited => "exited",
        HostOutcome.Signaled => "signaled",
        HostOutcome.Unreachable => "unreachable",
        HostOutcome.TimedOut => "timed-out",
        HostOutcome.Cancelled => "cancelled",
        _ => "not-started",
    };

    /// <summary>For programs: <c>connect-timeout</c>, <c>host-key</c>, …</summary>
    public static string JsonName(this HostFailure failure) => failure switch
    {
        HostFailure.NameNotFound => "name-not-found",
        HostFailure.Refused => "refused",
        HostFailure.NoRoute => "no-route",
        HostFailure.ConnectTimeout => "connect-timeout",
        HostFailure.HostKey => "host-key",
        HostFailure.Authentication => "authentication",
        HostFailure.ConnectionLost => "connection-lost",
        HostFailure.NotEnded => "not-ended",
        _ => "other",
    };

    private static string Words(HostFailure failure) => failure switch
    {
        HostFailure.NameNotFound => "name not found",
        HostFailure.Refused => "connection refused",
        HostFailure.NoRoute => "no route to host",
        HostFailure.ConnectTimeout => "connection timed out",
        HostFailure.HostKey => "host key not trusted",
        HostFailure.Authentication => "permission denied",
        HostFailure.ConnectionLost => "connection lost",
        HostFailure.NotEnded => "may still run",
        _ => "not reached",
    };

    private static string OneLine(string text) =>
        string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
