using System.Diagnostics;

namespace Peak.Clusters.Remote.Files.Protocol;

/// <summary>What a server answered.</summary>
/// <param name="Kind">The kind of the answer.</param>
/// <param name="Body">What it holds; empty where it is data, which is where it was asked for.</param>
/// <param name="Count">How many bytes of data.</param>
internal readonly record struct SftpAnswer(SftpMessage Kind, ReadOnlyMemory<byte> Body, int Count = 0);

/// <summary>What was asked, until it is answered. Whoever asked may leave before.</summary>
/// <param name="cost">What it takes of the window.</param>
/// <param name="destination">Where data goes that is asked for.</param>
internal sealed class SftpRequest(int cost, Memory<byte> destination)
    : TaskCompletionSource<SftpAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private long _began;
    private int _claimed;

    public int Cost => cost;

    public Memory<byte> Destination => destination;

    /// <summary>It is on its way from now on.</summary>
    public void Begin() => _began = Stopwatch.GetTimestamp();

    /// <summary>How long it has been on its way.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_began);

    /// <summary>
    /// Whether the caller is the one to say how it ended: once this is true nothing is written to its destination by anybody else.
    /// </summary>
    public bool Claim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>The answer; a cancellation only leaves it, and does not take it back.</summary>
    public async Task<SftpAnswer> AnswerAsync(CancellationToken cancellationToken)
    {
        using var leaving = cancellationToken.UnsafeRegister(
            static (request, token) =>
            {
                if (((SftpRequest)request!).Claim()) ((SftpRequest)request).TrySetCanceled(token);
            },
            this);
        return await Task.ConfigureAwait(false);
    }
}
