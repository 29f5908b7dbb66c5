using System.Net;
using System.Net.Sockets;
using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.Local;

/// <summary>
/// Runs the command on this machine for each target, without a network: a command line by <c>/bin/sh</c>, a program as it is. The
/// targets are only names here.
/// </summary>
/// <remarks>It has commands and sockets of this machine.</remarks>
public sealed class LocalConnector : IConnector
{
    /// <inheritdoc/>
    public int DescriptorsPerTarget => ChildProcess.Descriptors;

    /// <inheritdoc/>
    public ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new(new ThisMachine(target));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    private sealed class ThisMachine(Target target) : LocalConnection(target), IConnection
    {
        public async ValueTask<DuplexStream> OpenSocketAsync(EndPoint address, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(address);
            var socket = address is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
                return new SocketStream(socket);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                var failure = e.SocketErrorCode == SocketError.ConnectionRefused ? HostFailure.Refused : HostFailure.Other;
                throw new ConnectionException(new HostOutcome.Unreachable(failure, $"{address}: {e.Message}"), e);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        protected override ChildStart Prepare(RemoteCommand command) =>
            new(
                command.CommandLine is { } line ? ["/bin/sh", .. ShellText.ArgumentsFor(line)] : command.Arguments,
                command.FullInput,
                command.Environment);
    }

    private sealed class SocketStream(Socket socket) : DuplexStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                throw new IOException(e.Message, e);
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                while (!buffer.IsEmpty) buffer = buffer[await socket.SendAsync(buffer, cancellationToken).ConfigureAwait(false)..];
            }
            catch (SocketException e)
            {
                throw new IOException(e.Message, e);
            }
        }

        public override ValueTask CompleteWritesAsync()
        {
            socket.Shutdown(SocketShutdown.Send);
            return default;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) socket.Dispose();
            base.Dispose(disposing);
        }
    }
}
