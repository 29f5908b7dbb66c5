namespace Peak.Clusters.Remote.Gathering;

/// <summary>From the events of a run to gathered output.</summary>
public static class GathererExtensions
{
    /// <summary>Takes the next event of a run: targets are gathered where their output and the kind of their outcome are equal.</summary>
    /// <param name="gatherer">What gathers; it counts targets by their rank.</param>
    /// <param name="happened">The event.</param>
    /// <returns>The group of the target, where the event is its end.</returns>
    public static OutputGroup<HostOutcome>? Add(this Gatherer<HostOutcome> gatherer, RunEvent happened)
    {
        ArgumentNullException.ThrowIfNull(gatherer);
        switch (happened)
        {
            case HostEvent.StandardOutput output:
                gatherer.AddOutput(output.Target.Rank, output.Data.Span);
                break;
            case HostEvent.StandardError error:
                gatherer.AddError(error.Target.Rank, error.Data.Span);
                break;
            case HostEvent.Retrying retrying:
                gatherer.Restart(retrying.Target.Rank);
                break;
            case HostEvent.Ended ended:
                return gatherer.End(ended.Target.Rank, ended.Outcome.Kind);
        }

        return null;
    }
}
