namespace Peak.Clusters.Remote.Runs;

/// <summary>Who may be started when, and who again. The default starts all in order, each once.</summary>
public sealed record RolloutOptions
{
    /// <summary>All targets in order, each once.</summary>
    internal static RolloutOptions None { get; } = new();

    internal bool IsNone => this == None;

    /// <summary>
    /// How many targets go first, in a batch of their own; 0, the default, for none. If one of them fails, no other is
    /// started.
    /// </summary>
    public int Canary
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>
    /// How many targets make a batch, at least one: the next batch begins when all of this one have ended. Null, the
    /// default, for one batch of all.
    /// </summary>
    public CountOrPercent? Batch { get; init; }

    /// <summary>How long to wait after a batch, before its check; nothing by default.</summary>
    public TimeSpan Pause
    {
        get;
        init => field = NotNegative(value);
    }

    /// <summary>
    /// Done on all targets of a batch after its pause, also of the last one: where it does not succeed on each of them, no further
    /// target is started, and <see cref="RunEvent.CheckFailed"/> tells. What it prints is dropped. No check by default.
    /// </summary>
    public HostWork? Check { get; init; }

    /// <summary>How many targets may fail: with the next failure, no more are started. Null, the default, for any number.</summary>
    public CountOrPercent? MaxFailures { get; init; }

    /// <summary>
    /// Whether the failure with which no more are started also ends those that run (<see cref="HostOutcome.Canceled"/>): the first one
    /// where <see cref="MaxFailures"/> is null. Not by default.
    /// </summary>
    public bool FailFast { get; init; }

    /// <summary>How often a target is tried again where connecting failed for a reason that may pass; 0 by default.</summary>
    public int Retries
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>Whether <see cref="Retries"/> also count for commands that failed, or whose connection was lost. Not by default.</summary>
    public bool RetryCommands { get; init; }

    /// <summary>How long to wait before a retry.</summary>
    public Backoff Backoff { get; init; } = new();

    /// <summary>Each target of a batch is started after a random wait of up to this; nothing by default.</summary>
    public TimeSpan Jitter
    {
        get;
        init => field = NotNegative(value);
    }

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }
}
