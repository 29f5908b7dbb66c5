using Peak.Clusters.Remote;

namespace Peak.Cli.Rendering;

/// <summary>Why a host did not run its command, where the kind of its outcome does not say all.</summary>
internal static class OutcomeReason
{
    /// <summary>
    /// The words on one line, with an ellipsis in place of the host's own name, so that hosts with the same reason can be put together;
    /// null where there are none.
    /// </summary>
    public static string? Of(Target target, HostOutcome? outcome)
    {
        if (outcome is not (HostOutcome.Unreachable or HostOutcome.NotStarted { Reason: NotStartedReason.CannotStart })) return null;
        const StringSplitOptions Trimmed = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        string words = string.Join("; ", outcome.ToString()!.Split('\n', Trimmed));
        words = words.TrimEnd('.');
        string host = target.Host;
        for (int at = 0; (at = words.IndexOf(host, at, StringComparison.Ordinal)) >= 0; at++)
        {
            int end = at + host.Length;
            bool isWord = (at == 0 || !IsOfName(words[at - 1])) && (end == words.Length || !IsOfName(words[end]));
            if (isWord) words = $"{words[..at]}…{words[end..]}";
        }

        return words.Length == 0 || words == outcome.KindText ? null : words;

        static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c is '-' or '_';
    }

    /// <summary>The kind in words; where that says nothing, the reason.</summary>
    public static string InPlaceOfKind(Target target, HostOutcome outcome) =>
        outcome is HostOutcome.Unreachable { Failure: HostFailure.Other } or HostOutcome.NotStarted { Reason: NotStartedReason.CannotStart }
        && Of(target, outcome) is { } reason ? $"{outcome.KindText}: {reason}" : outcome.KindText;
}
