namespace Peak.Clusters.Remote.Connections;

/// <summary>
/// A way to reach targets: OpenSSH, a local program for each target, this machine, or your own. Decorate one to add what all its
/// connections need.
/// </summary>
/// <remarks>
/// Safe for any number of connections at once, from any thread. It belongs to its maker, who disposes of it after the runs.
/// </remarks>
public interface IConnector : IAsyncDisposable
{
    /// <summary>
    /// How many descriptors of this process a target needs at most while it is worked on. A run lowers its fan-out where the limit of
    /// open descriptors is not enough for all. The default is 8.
    /// </summary>
    int DescriptorsPerTarget => 8;

    /// <summary>
    /// How many connections a run makes at once at least, where making one is work for this machine; it makes more while processors
    /// idle, and never more than its fan-out. The default, null, does not limit it.
    /// </summary>
    int? ConnectionsAtOnce => null;

    /// <summary>Connects to a target, as far as that is needed before a channel can be opened.</summary>
    /// <param name="target">The target.</param>
    /// <param name="cancellationToken">Gives up: the time for connecting is over, or the run is stopped.</param>
    /// <returns>The connection; the caller disposes of it.</returns>
    /// <exception cref="ConnectionException">
    /// The target can't be reached; its outcome says why. Any other exception counts as <see cref="HostFailure.Other"/> with its
    /// message.
    /// </exception>
    ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken = default);
}
