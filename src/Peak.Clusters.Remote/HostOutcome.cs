namespace Peak.Clusters.Remote;

/// <summary>
/// How a command ended on a target: one of the nested records, exactly one for each target of a run. Outcomes are equal
/// by value, so they can be grouped.
/// </summary>
public abstract record HostOutcome
{
    private HostOutcome() { }

    /// <summary>The command exited with status 0.</summary>
    public bool Succeeded => this is Exited { Status: 0 };

    /// <summary>The command ran to its end.</summary>
    /// <param name="Status">Its exit status, 0 to 255; 0 means success.</param>
    public sealed record Exited(int Status) : HostOutcome
    {
        /// <summary>What most commands end with.</summary>
        public static Exited Success { get; } = new(0);

        /// <summary><c>exited with status N</c>.</summary>
        public override string ToString() => $"exited with status {Status}";
    }

    /// <summary>A signal ended the command.</summary>
    /// <param name="Name">The name of the signal without <c>SIG</c>: <c>KILL</c>, <c>SEGV</c>, …; its number where it has no name.</param>
    public sealed record Signaled(string Name) : HostOutcome
    {
        /// <summary><c>killed by SIGNAME</c>.</summary>
        public override string ToString() => int.TryParse(Name, out _) ? $"killed by signal {Name}" : $"killed by SIG{Name}";
    }

    /// <summary>The target could not be reached, or the connection was lost.</summary>
    /// <param name="Failure">What kind of failure.</param>
    /// <param name="Message">What happened, in the words of the program or system that failed; may be of several lines.</param>
    public sealed record Unreachable(HostFailure Failure, string Message) : HostOutcome
    {
        /// <summary>What becomes of a command that was to be ended, and can't be known to have.</summary>
        internal static Unreachable MayStillRun { get; } =
            new(HostFailure.NotEnded, "It was told to end, but is not known to have: it may still run.");

        /// <summary>The message.</summary>
        public override string ToString() => Message;
    }

    /// <summary>The command was still running at its time limit and was ended.</summary>
    /// <param name="Limit"><see cref="RunOptions.CommandTimeout"/>.</param>
    public sealed record TimedOut(TimeSpan Limit) : HostOutcome
    {
        /// <summary><c>timed out after N s</c>.</summary>
        public override string ToString() => FormattableString.Invariant($"timed out after {Limit.TotalSeconds:0.###} s");
    }

    /// <summary>The command was running when the run was stopped, and was ended.</summary>
    public sealed record Cancelled : HostOutcome
    {
        /// <summary>The only value.</summary>
        public static Cancelled Instance { get; } = new();

        /// <summary><c>stopped</c>.</summary>
        public override string ToString() => "stopped";
    }

    /// <summary>The command was not started.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">Why, in words.</param>
    public sealed record NotStarted(NotStartedReason Reason, string Message) : HostOutcome
    {
        /// <summary>The message.</summary>
        public override string ToString() => Message;
    }
}
