using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Remote;

/// <summary>
/// Something that happened in a run: to one target (<see cref="HostEvent"/>), or to the run as a whole, one of the nested classes.
/// </summary>
public abstract class RunEvent
{
    private protected RunEvent() { }

    /// <summary>
    /// Fewer targets are worked on at once than was asked for, because this process may not open enough descriptors. At most once, and
    /// before all others.
    /// </summary>
    /// <param name="fanOut">How many at once, at least 1.</param>
    /// <param name="wanted">How many were asked for: <see cref="RunOptions.FanOut"/>.</param>
    public sealed class FanOutLowered(int fanOut, int wanted) : RunEvent
    {
        /// <summary>How many at once, at least 1.</summary>
        public int FanOut => fanOut;

        /// <summary>How many were asked for.</summary>
        public int Wanted => wanted;
    }

    /// <summary>A batch begins: before any of its targets is started. Only where there is more than one batch.</summary>
    /// <param name="number">Which batch, from 1.</param>
    /// <param name="count">How many batches there are.</param>
    /// <param name="ranks">The ranks of its targets.</param>
    /// <param name="isCanary">Whether it is the batch of canaries.</param>
    public sealed class BatchStarted(int number, int count, Range ranks, bool isCanary) : RunEvent
    {
        /// <summary>Which batch, from 1.</summary>
        public int Number => number;

        /// <summary>How many batches there are.</summary>
        public int Count => count;

        /// <summary>The ranks of its targets.</summary>
        public Range Ranks => ranks;

        /// <summary>Whether it is the batch of canaries.</summary>
        public bool IsCanary => isCanary;
    }

    /// <summary>The check of a batch begins: each of its targets has ended.</summary>
    /// <param name="ranks">The ranks of the targets that are checked.</param>
    public sealed class CheckStarted(Range ranks) : RunEvent
    {
        /// <summary>The ranks of the targets that are checked.</summary>
        public Range Ranks => ranks;
    }

    /// <summary>The check of a batch failed: no further target is started.</summary>
    /// <param name="failures">The targets on which the check did not succeed, with how it ended there; at least one, in order.</param>
    public sealed class CheckFailed(IReadOnlyList<KeyValuePair<Target, HostOutcome>> failures) : RunEvent
    {
        /// <summary>The targets on which the check did not succeed, with how it ended there; at least one, in order.</summary>
        public IReadOnlyList<KeyValuePair<Target, HostOutcome>> Failures => failures;

        /// <summary><c>the check failed on web[1-2]: exit status 1</c>.</summary>
        public override string ToString() =>
            $"the check failed on {NodeSet.Of(failures.Select(f => f.Key.Name))}: {failures[0].Value.KindText}";
    }
}
