namespace Peak.Clusters.Remote.OpenSsh.Connecting;

/// <summary>
/// Hosts that hang up before they have said who they are have too many connections that are not logged in yet (MaxStartups): they are
/// tried again.
/// </summary>
internal static class DropRetry
{
    private const int Attempts = 6;

    /// <summary>Whether to try again.</summary>
    /// <param name="attempt">Which attempt it was, from 1.</param>
    /// <param name="outcome">How it ended.</param>
    public static bool IsDue(int attempt, HostOutcome outcome) => attempt < Attempts && SshFailure.IsDrop(outcome);

    /// <summary>Not all at once again: 0.1 s at first, doubled each time, give or take half.</summary>
    public static Task PauseAsync(int attempt, TimeProvider time, CancellationToken cancellationToken) => Task.Delay(
        TimeSpan.FromMilliseconds((100 << (attempt - 1)) * (0.5 + Random.Shared.NextDouble())), time, cancellationToken);
}
