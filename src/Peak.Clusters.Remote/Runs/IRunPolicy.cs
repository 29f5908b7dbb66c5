namespace Peak.Clusters.Remote.Runs;

/// <summary>
/// Decides who is started when: batches, pauses, a limit of failures, repetitions. Pure bookkeeping about the ranks of
/// the targets; the runner keeps the fan-out and does the work.
/// </summary>
/// <remarks>
/// Both methods are called by one thread, never at once. An object serves one run. Without a policy, targets are started
/// in order and once.
/// </remarks>
public interface IRunPolicy
{
    /// <summary>
    /// Whom to start now. Asked whenever there is a free place in the fan-out: at the beginning, after each start, after
    /// each end, and when the task of <see cref="StartDecision.WaitFor"/> ends.
    /// </summary>
    StartDecision Next();

    /// <summary>An attempt ended.</summary>
    /// <param name="rank">The rank of the target.</param>
    /// <param name="outcome">How it ended.</param>
    /// <returns>
    /// False if this is the outcome of the target; true if it is to be tried again, whenever <see cref="Next"/> says so.
    /// Where the run is stopped before, it is the outcome as well.
    /// </returns>
    bool Ended(int rank, HostOutcome outcome);
}
