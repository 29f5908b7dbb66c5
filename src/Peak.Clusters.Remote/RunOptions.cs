namespace Peak.Clusters.Remote;

/// <summary>How a run treats its targets.</summary>
public sealed record RunOptions
{
    /// <summary>
    /// How many targets are worked on at once, at most: a sliding window, in which the next target starts as soon as one
    /// ends. At least 1; the default is 64. Fewer where this process may not open enough descriptors; see
    /// <see cref="FanOutLowered"/>.
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
    /// How long a connection may take until it is <see cref="HostFailure.ConnectTimeout"/>. More than zero; the default is
    /// 10 seconds, null means no limit. Where nothing has to be connected (exec, local) it means nothing.
    /// </summary>
    public TimeSpan? ConnectTimeout
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a started command may take until it is ended with <see cref="HostOutcome.TimedOut"/>. More than zero; the
    /// default is null, no limit.
    /// </summary>
    public TimeSpan? CommandTimeout
    {
        get;
        init => field = Positive(value);
    }

    /// <summary>
    /// How long a command that is to end has between being asked (SIGTERM) and being made to (SIGKILL). Zero or more; the
    /// default is 5 seconds.
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
    /// Makes the policy of a run from the number of its targets; the default, null, starts each in order and once.
    /// </summary>
    public Func<int, IRunPolicy>? Policy { get; init; }

    /// <summary>
    /// Called once, before the first target, with the fan-out in use where it had to be lower than <see cref="FanOut"/>
    /// because of the limit of open descriptors.
    /// </summary>
    public Action<int>? FanOutLowered { get; init; }

    private static TimeSpan? Positive(TimeSpan? value)
    {
        if (value is { } time) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(value));
        return value;
    }
}
