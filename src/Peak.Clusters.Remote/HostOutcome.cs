using System.Text.Json.Serialization;

namespace Peak.Clusters.Remote;

/// <summary>
/// How the work on a target ended: one of the nested records, exactly one for each target of a run. Outcomes are equal by value,
/// so they can be grouped.
/// </summary>
public abstract record HostOutcome
{
    private HostOutcome() { }

    /// <summary>Whether the work was done: a command exited with status 0, or other work was completed.</summary>
    public bool Succeeded => this is Exited { Status: 0 } or Completed;

    /// <summary>
    /// The outcome without what is of one target only (the words of its failure), so that targets can be counted and named by kind.
    /// </summary>
    [JsonIgnore]
    public HostOutcome Kind => this switch
    {
        Unreachable unreachable => unreachable with { Message = "" },
        NotStarted { Reason: not NotStartedReason.Policy } notStarted => notStarted with { Message = "" },
        _ => this,
    };

    /// <summary>Words for the kind: <c>exit status 1</c>, <c>connection refused</c>, <c>may still run</c>.</summary>
    public string KindText => this switch
    {
        Exited exited => $"exit status {exited.Status}",
        Unreachable unreachable => Words(unreachable.Failure),
        MayStillRun => "may still run",
        NotStarted { Reason: NotStartedReason.Canceled } => "the run was stopped",
        NotStarted { Reason: NotStartedReason.CannotStart } => "the program could not be started",
        _ => OneLine(ToString()!),
    };

    /// <summary>
    /// What happened on the target, on one line: the kind where the words of the failure do not say it, then these words.
    /// </summary>
    public string Describe()
    {
        string words = OneLine(ToString()!);
        if (this is not Unreachable { Failure: not HostFailure.Other }) return words.Length > 0 ? words : KindText;
        string kind = KindText;
        return words.Length == 0 ? kind : words.Contains(kind, StringComparison.OrdinalIgnoreCase) ? words : $"{kind}: {words}";
    }

    private static string Words(HostFailure failure) => failure switch
    {
        HostFailure.NameNotFound => "name not found",
        HostFailure.Refused => "connection refused",
        HostFailure.NoRoute => "no route to host",
        HostFailure.ConnectTimeout => "connection timed out",
        HostFailure.HostKey => "host key not trusted",
        HostFailure.HostKeyChanged => "host key changed or revoked",
        HostFailure.Authentication => "permission denied",
        HostFailure.ConnectionLost => "connection lost",
        _ => "not reached",
    };

    private static string OneLine(string text) =>
        string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The command ran to its end.</summary>
    /// <param name="Status">Its exit status: 0 means success; 1 to 255 on most systems, on some more.</param>
    public sealed record Exited(int Status) : HostOutcome
    {
        /// <summary>What most commands end with.</summary>
        public static Exited Success { get; } = new(0);

        /// <summary><c>exited with status N</c>.</summary>
        public override string ToString() => $"exited with status {Status}";
    }

    /// <summary>A signal ended the command.</summary>
    /// <param name="Name">
    /// The name of the signal without <c>SIG</c>: <c>KILL</c>, <c>SEGV</c>, …; its number where it has no name.
    /// </param>
    public sealed record Signaled(string Name) : HostOutcome
    {
        /// <summary><c>killed by SIGNAME</c>.</summary>
        public override string ToString() => int.TryParse(Name, out _) ? $"killed by signal {Name}" : $"killed by SIG{Name}";
    }

    /// <summary>Work that is no command was done.</summary>
    /// <param name="Summary">What was done, in a few words: <c>3 files copied</c>, <c>unchanged</c>.</param>
    public sealed record Completed(string Summary) : HostOutcome
    {
        /// <summary>The summary.</summary>
        public override string ToString() => Summary;
    }

    /// <summary>Work that is no command could not be done.</summary>
    /// <param name="Reason">What failed, where and why.</param>
    public sealed record Failed(string Reason) : HostOutcome
    {
        /// <summary>The reason.</summary>
        public override string ToString() => Reason;
    }

    /// <summary>The target could not be reached, or the connection was lost.</summary>
    /// <param name="Failure">What kind of failure.</param>
    /// <param name="Message">What happened, in the words of the program or system that failed; may be of several lines.</param>
    public sealed record Unreachable(HostFailure Failure, string Message) : HostOutcome
    {
        /// <summary>The message.</summary>
        public override string ToString() => Message;
    }

    /// <summary>
    /// The work was told to end, at its time limit or with the run, and is not known to have: it may still run on the host.
    /// </summary>
    public sealed record MayStillRun : HostOutcome
    {
        /// <summary>The only value.</summary>
        public static MayStillRun Instance { get; } = new();

        /// <summary>What that means.</summary>
        public override string ToString() => "told to end, but not known to have: it may still run";
    }

    /// <summary>The work was not done at its time limit and was ended.</summary>
    /// <param name="Limit"><see cref="RunOptions.TimeLimit"/>.</param>
    public sealed record TimedOut(TimeSpan Limit) : HostOutcome
    {
        /// <summary><c>timed out after N s</c>.</summary>
        public override string ToString() => FormattableString.Invariant($"timed out after {Limit.TotalSeconds:0.###} s");
    }

    /// <summary>The work printed more than it may and was ended; what it printed up to the limit was passed on, and nothing more.</summary>
    /// <param name="Limit"><see cref="RunOptions.MaxOutput"/>, in bytes.</param>
    public sealed record TooMuchOutput(long Limit) : HostOutcome
    {
        /// <summary><c>ended at the output limit of 1 GiB</c>.</summary>
        public override string ToString() => $"ended at the output limit of {ByteSize.Show(Limit)}";
    }

    /// <summary>The work was going on when the run was stopped, and was ended.</summary>
    public sealed record Canceled : HostOutcome
    {
        /// <summary>The only value.</summary>
        public static Canceled Instance { get; } = new();

        /// <summary><c>stopped</c>.</summary>
        public override string ToString() => "stopped";
    }

    /// <summary>The work was not begun.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">Why, in words.</param>
    public sealed record NotStarted(NotStartedReason Reason, string Message) : HostOutcome
    {
        /// <summary>The message.</summary>
        public override string ToString() => Message;
    }
}
