using System.Buffers.Binary;
using System.Net.Sockets;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.OpenSsh.Multiplexing;

/// <summary>
/// A connection to the control socket of an <c>ssh</c> that shares its connection. One task reads, and closes it; any may send.
/// </summary>
/// <remarks>
/// Of the two modes of the protocol we use <em>proxy</em> mode, in which the master hands us the SSH connection protocol
/// itself. Passenger mode, in which the master reads and writes descriptors of ours, would neither tell which signal
/// ended a command nor let us send one to it.
/// </remarks>
internal sealed class MuxConnection : IDisposable
{
    private const uint Version = 4;

    /// <summary>The largest packet of the protocol (CHANNEL_MUX_MAX_PACKET).</summary>
    private const int MaxPacket = 256 * 1024;

    private readonly Socket _socket;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ReceiveBuffer _input = new(4096);

    private MuxConnection(Socket socket) => _socket = socket;

    /// <summary>Connects, without a word of the protocol yet.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async ValueTask<MuxConnection> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Greets the master and makes a request of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="more">What to send along with it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The kind of the answer: never an error.</returns>
    /// <exception cref="MuxException">
    /// The master refuses, is of another kind, or went away (<see cref="EndOfStreamException"/>).
    /// </exception>
    public async ValueTask<MuxMessage> RequestAsync(MuxMessage request, WireWriter? more, CancellationToken cancellationToken)
    {
        var writer = new WireWriter();
        writer.Begin(MuxMessage.Hello).UInt32(Version).End();
        writer.Begin(request).UInt32(0).End();
        await SendAsync(writer.Written, cancellationToken).ConfigureAwait(false);
        if (more is not null) await SendAsync(more.Written, cancellationToken).ConfigureAwait(false);
        CheckHello((await ExpectAsync(cancellationToken).ConfigureAwait(false)).Span);
        return CheckAnswer((await ExpectAsync(cancellationToken).ConfigureAwait(false)).Span);
    }

    /// <summary>The next packet; null where the master has closed the connection. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            int needed = 4;
            if (_input.Waiting.Length >= needed)
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(_input.Waiting);
                if (length is < 0 or > MaxPacket) throw new MuxException($"The ssh master sent a packet of {(uint)length} bytes.");
                needed += length;
                if (_input.Waiting.Length >= needed) return _input.Take(needed)[4..];
            }

            int count;
            try
            {
                count = await _socket.ReceiveAsync(_input.Room(needed), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Reset: the master died with something of ours unread.
                return null;
            }

            if (count == 0) return null;
            _input.Came(count);
        }
    }

    /// <summary>Sends packets, all together.</summary>
    /// <exception cref="EndOfStreamException">The master went away.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new EndOfStreamException("The ssh master went away.", e);
        }
        catch (OperationCanceledException)
        {
            // Part of a packet may be sent: whatever came next would be taken for the rest of it.
            Shutdown();
            throw;
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>
    /// Ends the connection, from any thread: whoever reads finds its end. In proxy mode the master then closes its channels.
    /// </summary>
    public void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
    }

    /// <summary>Closes the connection. For whoever reads, when it is done.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _input.Dispose();
    }

    /// <summary>Waits for a packet that has to come.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ExpectAsync(CancellationToken cancellationToken) =>
        await ReadAsync(cancellationToken).ConfigureAwait(false) ?? throw new EndOfStreamException("The ssh master went away.");

    private static void CheckHello(ReadOnlySpan<byte> packet)
    {
        var reader = new WireReader(packet);
        if (reader.UInt32() != (uint)MuxMessage.Hello) throw new MuxException("What listens on the control socket is no ssh master.");
        uint version = reader.UInt32();
        if (version != Version)
            throw new MuxException($"The ssh master speaks version {version} of the multiplexing protocol, not {Version}.");
    }

    private static MuxMessage CheckAnswer(ReadOnlySpan<byte> packet)
    {
        var reader = new WireReader(packet);
        var type = (MuxMessage)reader.UInt32();
        reader.UInt32(); // our request's number
        return type is MuxMessage.PermissionDenied or MuxMessage.Failure
            ? throw new MuxException($"The ssh master refused: {reader.Text()}")
            : type;
    }
}
