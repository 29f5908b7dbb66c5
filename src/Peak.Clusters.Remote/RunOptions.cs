using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote;

/// <summary>How a run treats its targets.</summary>
public sealed record RunOptions
{
    /// <summary>
    /// How many targets are worked on at once, at most: a sliding window, in which the next target starts as soon as one ends. At least
    /// 1; the default is 64. Fewer where this process may not open enough descriptors: <see cref="RunEvent.FanOutLowered"/> tells.
    /// </summary>
    public int FanOut
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64;

    /// <summary>
    /// How long a connection may take until it is <see cref="HostFailure.ConnectTimeout"/>. More than zero; the default is 10 seconds,
    /// null means no limit. It ends when the connection stands. Where nothing has to be connected (exec, local) it means nothing.
    /// </summary>
    public TimeSpan? ConnectTimeout
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the work on a target may take once its connection stands, until it is ended with <see cref="HostOutcome.TimedOut"/>.
    /// More than zero; the default is null, no limit.
    /// </summary>
    public TimeSpan? TimeLimit
    {
        get;
        init => field = Positive(value);
    }

    /// <summary>
    /// How long work that is to end has between being asked (SIGTERM) and being made to (SIGKILL). Zero or more; the default is 5
    /// seconds.
    /// </summary>
    public TimeSpan GracePeriod
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The most that the work on a target may print, in bytes, output and errors together: when it prints more, what is beyond is
    /// dropped, and the work is ended with <see cref="HostOutcome.TooMuchOutput"/>. From 0; the default is null, no limit.
    /// </summary>
    public long? MaxOutput
    {
        get;
        init
        {
            if (value is { } limit) ArgumentOutOfRangeException.ThrowIfNegative(limit, nameof(value));
            field = value;
        }
    }

    /// <summary>Batches, canaries, checks, retries, limits of failures; the default starts each target in order and once.</summary>
    public RolloutOptions Rollout { get; init; } = RolloutOptions.None;

    /// <summary>
    /// Makes a policy of your own from the number of targets, in place of <see cref="Rollout"/>; the default is null.
    /// </summary>
    public Func<int, IRunPolicy>? Policy { get; init; }

    /// <summary>
    /// Whether the bytes of output events are valid only until the next event is asked for, because the run reads into the same memory
    /// again: for readers that are done with an event when they ask for the next, and have gigabytes to read. Not by default: then
    /// each event owns its bytes.
    /// </summary>
    public bool LendOutput { get; init; }

    private static TimeSpan? Positive(TimeSpan? value)
    {
        if (value is { } time) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(value));
        return value;
    }
}
