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
        var kinds = result.Failures.GroupBy(host => host.Outcome.Kind)
            .Select(kind =>
                $"{NodeSet.Of(kind.Select(host => host.Target.Name))}: "
                + (kind.Count() == 1 ? kind.First().Outcome.Describe() : kind.Key.KindText));
        if (result.FailedCheck is { } check) kinds = kinds.Prepend(check.ToString());
        return string.Join("; ", kinds);
    }
}
