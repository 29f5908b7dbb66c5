using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Remote;

/// <summary>A run did not succeed on all of its targets.</summary>
/// <param name="result">Its results.</param>
public sealed class RunFailedException(RunResult result) : Exception(Words(result))
{
    /// <summary>The results of all targets.</summary>
    public RunResult Result => result;

    private static string Words(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        // What was not started because of the check is told by the check.
        var told = result.FailedCheck is null
            ? result.Failures
            : result.Failures.Where(host => host.Outcome is not HostOutcome.NotStarted { Reason: NotStartedReason.Policy });
        var kinds = told.GroupBy(host => host.Outcome.Kind)
            .Select(kind =>
                $"{NodeSet.Of(kind.Select(host => host.Target.Name))}: "
                + (kind.Count() == 1 ? kind.First().Outcome.Describe() : kind.Key.KindText));
        if (result.FailedCheck is { } check) kinds = kinds.Prepend(check.ToString());
        return string.Join("; ", kinds);
    }
}
