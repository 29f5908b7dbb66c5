using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.OpenSsh.Connecting;

/// <summary>
/// Hosts that hang up before they have said who they are have too many connections that are not logged in yet (MaxStartups): they are
/// tried again, until whoever waits gives up, for a minute or so at most.
/// </summary>
internal static class DropRetry
{
    /// <summary>In a minute or so, many can log in.</summary>
    private const int Attempts = 40;
    private const int FirstPause = 100, LongestPause = 1600;

    /// <summary>Tries until it does not end with a host that hangs up.</summary>
    /// <param name="attempt">One attempt, which counts from 1: how it ended, null where the connection stands.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How the last attempt ended.</returns>
    /// <exception cref="OperationCanceledException">
    /// It was given up. Where an attempt had ended before, the inner exception is a <see cref="ConnectionException"/> that says how.
    /// </exception>
    public static async Task<HostOutcome?> RunAsync(
        Func<int, Task<HostOutcome?>> attempt, TimeProvider time, CancellationToken cancellationToken)
    {
        HostOutcome? last = null;
        try
        {
            for (int number = 1; ; number++)
            {
                if (await attempt(number).ConfigureAwait(false) is not { } outcome) return null;
                if (number == Attempts || !SshFailure.IsDrop(outcome)) return outcome;
                last = outcome;
                // Not all at once again: give or take half.
                var pause = TimeSpan.FromMilliseconds(Math.Min(FirstPause << Math.Min(number - 1, 8), LongestPause));
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException e) when (last is not null && e.InnerException is null)
        {
            throw new OperationCanceledException(e.Message, new ConnectionException(last), cancellationToken);
        }
    }
}
