namespace Peak.Clusters.Remote.Planning;

/// <summary>Who may be started when, and who again. The default starts all in order, each once.</summary>
public sealed record RolloutOptions
{
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
    /// Checks a batch after its pause, given the ranks of its targets: why the rollout must not go on, or null. Also called
    /// after the last batch. No check by default.
    /// </summary>
    public Func<Range, Task<string?>>? Check { get; init; }

    /// <summary>How many targets may fail: with the next failure, no more are started. Null, the default, for any number.</summary>
    public CountOrPercent? MaxFailures { get; init; }

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
