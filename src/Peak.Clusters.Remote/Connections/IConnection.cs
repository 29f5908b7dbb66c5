using System.Net;

namespace Peak.Clusters.Remote.Connections;

/// <summary>
/// A connection to a target, over which channels are opened: any number, at once or one after the other, as far as its kind and the
/// host allow. Disposing of it ends those that are still open.
/// </summary>
public interface IConnection : IAsyncDisposable
{
    /// <summary>The target.</summary>
    Target Target { get; }

    /// <summary>
    /// Whether the target has been reached. Where not, opening the first channel does that, and what a run allows for connecting counts
    /// until the work there has begun. The default is true.
    /// </summary>
    bool IsEstablished => true;

    /// <summary>Starts a command on the target.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">
    /// Gives up. Where the command may have begun by then, either the channel is returned all the same, for the caller to end, or the
    /// exception's outcome is <see cref="HostOutcome.MayStillRun"/>.
    /// </param>
    /// <returns>The channel in which the command runs.</returns>
    /// <exception cref="ConnectionException">It can't be started, or the connection is lost.</exception>
    /// <exception cref="ChannelNotSupportedException">
    /// The command wants what this kind of connection has not, such as a terminal.
    /// </exception>
    ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken = default);

    /// <summary>Opens a channel to a subsystem of the host, such as <c>sftp</c>.</summary>
    /// <param name="name">The subsystem's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its input and output.</returns>
    /// <exception cref="ConnectionException">The host refuses, or the connection is lost.</exception>
    /// <exception cref="ChannelNotSupportedException">This kind of connection has no subsystems.</exception>
    ValueTask<DuplexStream> OpenSubsystemAsync(string name, CancellationToken cancellationToken = default) =>
        throw new ChannelNotSupportedException(ChannelKind.Subsystem);

    /// <summary>Opens a channel to a socket on the other side.</summary>
    /// <param name="address">
    /// Where something listens, as the host sees it: a <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>, a
    /// <see cref="DnsEndPoint"/> or an <see cref="IPEndPoint"/>.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is sent to it and comes from it.</returns>
    /// <exception cref="ConnectionException">Nothing listens there, the host refuses, or the connection is lost.</exception>
    /// <exception cref="ChannelNotSupportedException">This kind of connection has no such channels.</exception>
    ValueTask<DuplexStream> OpenSocketAsync(EndPoint address, CancellationToken cancellationToken = default) =>
        throw new ChannelNotSupportedException(ChannelKind.Socket);
}
