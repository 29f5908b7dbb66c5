using System.Text.Json;
using System.Text.Unicode;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>The parts that the JSON documents of a run have in common; docs/run-json.md is their schema.</summary>
internal static class RunJson
{
    /// <summary>
    /// Members of an outcome: <c>outcome</c>, and <c>status</c>, <c>signal</c>, <c>failure</c>, <c>message</c> where it has them.
    /// </summary>
    public static void WriteOutcome(this Utf8JsonWriter json, HostOutcome outcome)
    {
        json.WriteString("outcome"u8, NameOf(outcome));
        switch (outcome)
        {
            case HostOutcome.Exited exited:
                json.WriteNumber("status"u8, exited.Status);
                break;
            case HostOutcome.Signaled signaled:
                json.WriteText("signal"u8, signaled.Name);
                break;
            case HostOutcome.Unreachable unreachable:
                json.WriteString("failure"u8, NameOf(unreachable.Failure));
                if (unreachable.Message.Length > 0) json.WriteText("message"u8, unreachable.Message);
                break;
            case HostOutcome.Completed or HostOutcome.Failed:
                json.WriteText("message"u8, outcome.ToString());
                break;
            case HostOutcome.TimedOut timedOut:
                json.WriteNumber("limit"u8, timedOut.Limit.TotalSeconds);
                break;
            case HostOutcome.TooMuchOutput tooMuch:
                json.WriteNumber("limit"u8, tooMuch.Limit);
                break;
            case HostOutcome.NotStarted notStarted:
                json.WriteString("reason"u8, notStarted.Reason switch
                {
                    NotStartedReason.Policy => "policy",
                    NotStartedReason.CannotStart => "cannot-start",
                    _ => "cancelled",
                });
                if (notStarted.Message.Length > 0) json.WriteText("message"u8, notStarted.Message);
                break;
        }
    }

    private static string NameOf(HostOutcome outcome) => outcome switch
    {
        HostOutcome.Exited => "exited",
        HostOutcome.Signaled => "signaled",
        HostOutcome.Completed => "completed",
        HostOutcome.Failed => "failed",
        HostOutcome.Unreachable => "unreachable",
        HostOutcome.MayStillRun => "may-still-run",
        HostOutcome.TimedOut => "timed-out",
        HostOutcome.TooMuchOutput => "output-limit",
        HostOutcome.Canceled => "cancelled",
        _ => "not-started",
    };

    private static string NameOf(HostFailure failure) => failure switch
    {
        HostFailure.NameNotFound => "name-not-found",
        HostFailure.Refused => "refused",
        HostFailure.NoRoute => "no-route",
        HostFailure.ConnectTimeout => "connect-timeout",
        HostFailure.HostKey => "host-key",
        HostFailure.HostKeyChanged => "host-key-changed",
        HostFailure.Authentication => "authentication",
        HostFailure.ConnectionLost => "connection-lost",
        _ => "other",
    };

    /// <summary>Output as text; as base64, under a name of its own, where it is no UTF-8.</summary>
    public static void WriteBytes(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) json.WriteString(name, bytes);
        else json.WriteBase64String(name + "Base64", bytes);
    }

    /// <inheritdoc cref="WriteBytes"/>
    /// <remarks>A block at a time: output is of any size, and a string in memory is not.</remarks>
    public static void WriteOutput(this Utf8JsonWriter json, string name, GatheredOutput output)
    {
        var check = new Utf8Check();
        output.ForEachBlock(check.Add);
        json.WritePropertyName(check.IsComplete ? name : name + "Base64");
        if (check.IsComplete)
        {
            output.ForEachBlock(block => json.WriteStringValueSegment(block, isFinalSegment: false));
            json.WriteStringValueSegment(ReadOnlySpan<byte>.Empty, isFinalSegment: true);
        }
        else
        {
            output.ForEachBlock(block => json.WriteBase64StringSegment(block, isFinalSegment: false));
            json.WriteBase64StringSegment([], isFinalSegment: true);
        }
    }

    /// <summary>A list of hosts: folded, and one by one.</summary>
    public static void WriteHosts(this Utf8JsonWriter json, IReadOnlyCollection<string> names)
    {
        json.WriteText("nodeset"u8, HostNames.Fold(names));
        json.WriteNumber("count"u8, names.Count);
        json.WritePropertyName("hosts"u8);
        json.WriteTexts(names);
    }

    /// <summary>A member <c>reasons</c>: why hosts with an outcome in common were not reached, each reason once.</summary>
    public static void WriteReasons(this Utf8JsonWriter json, IEnumerable<Target> targets, RunTally tally)
    {
        var reasons = targets
            .GroupBy(target => OutcomeReason.Of(target, tally.OutcomeOf(target.Rank)))
            .Where(g => g.Key is not null)
            .ToList();
        if (reasons.Count == 0) return;
        json.WriteStartArray("reasons"u8);
        foreach (var reason in reasons)
        {
            json.WriteStartObject();
            json.WriteText("message"u8, reason.Key!);
            json.WriteHosts([.. reason.Select(target => target.Name)]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Members of a summary.</summary>
    public static void WriteSummary(this Utf8JsonWriter json, RunTally tally)
    {
        json.WriteNumber("hosts"u8, tally.Targets.Count);
        json.WriteNumber("succeeded"u8, tally.Done - tally.Failed);
        json.WriteNumber("failed"u8, tally.Failed);
        json.WriteNumber("seconds"u8, Math.Round(tally.Elapsed.TotalSeconds, 3));
        json.WriteStartArray("outcomes"u8);
        foreach (var (kind, names) in tally.ByKind())
        {
            json.WriteStartObject();
            json.WriteOutcome(kind);
            json.WriteHosts([.. names.Select(target => target.Name)]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (tally.FailedCheck is { } check) json.WriteCheck(check);
    }

    /// <summary>A member <c>failedCheck</c>: the hosts that it found wanting, by how it ended there.</summary>
    public static void WriteCheck(this Utf8JsonWriter json, RunEvent.CheckFailed check)
    {
        json.WriteStartArray("failedCheck"u8);
        foreach (var kind in check.Failures.GroupBy(f => f.Value))
        {
            json.WriteStartObject();
            json.WriteOutcome(kind.Key);
            json.WriteHosts([.. kind.Select(f => f.Key.Name)]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
