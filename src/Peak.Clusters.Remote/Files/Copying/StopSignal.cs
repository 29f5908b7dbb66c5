using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>How a run ends work with files: asked to, it leaves nothing half done; made to, it is cut off.</summary>
#pragma warning disable CA1001 // Without a timer it holds nothing, and it may be asked after the end.
internal sealed class StopSignal(SftpClient client) : IStoppable
{
    private readonly CancellationTokenSource _asked = new();

    public CancellationToken Token => _asked.Token;

    public void Stop(bool force)
    {
        if (!force) _asked.Cancel();
        else _ = client.DisposeAsync().AsTask();
    }

    /// <summary>What a refusal means for the host.</summary>
    public static HostOutcome OutcomeOf(SftpException e) => e.Status == SftpStatus.ConnectionLost
        ? new HostOutcome.Unreachable(HostFailure.ConnectionLost, e.Message)
        : new HostOutcome.Failed(e.Message);
}
