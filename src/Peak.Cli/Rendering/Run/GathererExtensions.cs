using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Rendering.Run;

/// <summary>From the events of a run to a gatherer.</summary>
internal static class GathererExtensions
{
    /// <summary>Takes an event.</summary>
    /// <returns>The group of the target, where the event is its end.</returns>
    public static OutputGroup<HostOutcome>? Take(this Gatherer<HostOutcome> gatherer, HostEvent happened)
    {
        int rank = happened.Target.Rank;
        switch (happened)
        {
            case HostEvent.StandardOutput output:
                gatherer.AddOutput(rank, output.Data.Span);
                break;
            case HostEvent.StandardError error:
                gatherer.AddError(rank, error.Data.Span);
                break;
            case HostEvent.Retrying:
                gatherer.Restart(rank);
                break;
            case HostEvent.Ended ended:
                return gatherer.End(rank, ended.Outcome.Kind());
        }

        return null;
    }
}
