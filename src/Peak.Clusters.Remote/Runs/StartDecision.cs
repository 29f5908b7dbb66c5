namespace Peak.Clusters.Remote.Runs;

/// <summary>An answer of <see cref="IRunPolicy.Next"/>.</summary>
public readonly struct StartDecision
{
    internal enum Answer { Wait, Start, Stop, Tell }

    private StartDecision(Answer kind, int rank = 0, Task? task = null, string? reason = null, RunEvent? happened = null)
    {
        Kind = kind;
        Rank = rank;
        Task = task;
        Reason = reason;
        Event = happened;
    }

    internal Answer Kind { get; }

    internal int Rank { get; }

    internal Task? Task { get; }

    internal string? Reason { get; }

    internal RunEvent? Event { get; }

    /// <summary>
    /// Nobody now: ask again when a target has ended. Where none runs, the run is over, and whoever has no outcome was not
    /// started.
    /// </summary>
    public static StartDecision Wait => default;

    /// <summary>Start (or repeat) this target.</summary>
    /// <param name="rank">The rank of the target: not running, and without an outcome.</param>
    public static StartDecision Start(int rank) => new(Answer.Start, rank);

    /// <summary>Nobody now: ask again when the task has ended, or a target has.</summary>
    /// <param name="task">A pause, or the check of a batch. If it fails, the run fails with its exception.</param>
    public static StartDecision WaitFor(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return new(Answer.Wait, task: task);
    }

    /// <summary>Nobody yet: the readers of the run are told something first; ask again at once.</summary>
    /// <param name="happened">What to tell, such as <see cref="RunEvent.BatchStarted"/>.</param>
    public static StartDecision Tell(RunEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return new(Answer.Tell, happened: happened);
    }

    /// <summary>
    /// Nobody any more: targets that run go on to their end, the others get <see cref="HostOutcome.NotStarted"/> with
    /// <see cref="NotStartedReason.Policy"/>. The policy is not asked again.
    /// </summary>
    /// <param name="reason">Why, in words: the message of those outcomes.</param>
    public static StartDecision Stop(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new(Answer.Stop, reason: reason);
    }
}
