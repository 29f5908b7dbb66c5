namespace Peak.Clusters.Remote.Runs;

/// <summary>How long to wait before the next try: twice as long each time, up to a limit, at random within its upper half.</summary>
/// <remarks>The randomness keeps targets that failed together from coming back together.</remarks>
public sealed record Backoff
{
    /// <summary>The wait before the first retry, at most. Default 1 s.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait. Default 30 s.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait before a retry.</summary>
    /// <param name="retry">Which one, from 1.</param>
    /// <param name="random">From 0 to 1.</param>
    public TimeSpan Before(int retry, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retry, 1);
        double most = Math.Min(Limit.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(retry - 1, 60)));
        return TimeSpan.FromSeconds(most * (0.5 + Math.Clamp(random, 0, 1) / 2));
    }
}
