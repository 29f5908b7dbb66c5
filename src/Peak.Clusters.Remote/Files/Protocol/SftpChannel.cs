using System.Buffers.Binary;
using System.Text;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Files.Protocol;

/// <summary>
/// Requests to a server of files and its answers, over a stream: any number at once, told apart by their ids. Answers come in any order;
/// whatever is wrong with one ends all.
/// </summary>
internal sealed class SftpChannel : IAsyncDisposable
{
    /// <summary>The longest answer: what OpenSSH's own client takes, and a little more.</summary>
    private const int MaxPacket = (256 << 10) + 1024;
    private const int BufferSize = 32 << 10;

    /// <summary>With that much waiting to be sent, no more data is read.</summary>
    private const int MostQueued = 16 << 10;

    /// <summary>What a request counts besides its data, so that their number is limited, too.</summary>
    private const int RequestCost = 256;

    /// <summary>How long who reads may take to find out why nothing can be sent.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly DuplexStream _stream;
    private readonly RequestWindow _window = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, SftpRequest> _asked = [];
    private readonly ReceiveBuffer _input = new(BufferSize);
    private SftpWriter _queued = new(), _sent = new();
    private Task _sending = Task.CompletedTask, _receiving = Task.CompletedTask;
    private TaskCompletionSource? _room;
    private Exception? _fault;
    private uint _nextId;
    private bool _isSending;
    private int _disposed;

    private SftpChannel(DuplexStream stream) => _stream = stream;

    /// <summary>The extensions that the server named, with their versions.</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; private set; } = new Dictionary<string, string>();

    /// <summary>How much is under way at most, in bytes.</summary>
    public int WindowSize => _window.Size;

    /// <summary>Greets the server, over a stream that is the channel's from now on.</summary>
    /// <exception cref="SftpException">What answers is no server of files.</exception>
    public static async ValueTask<SftpChannel> OpenAsync(DuplexStream stream, CancellationToken cancellationToken)
    {
        var channel = new SftpChannel(stream);
        try
        {
            await channel.GreetAsync(cancellationToken).ConfigureAwait(false);
            channel._receiving = channel.ReceiveAsync();
            return channel;
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks, once there is room in the window.</summary>
    /// <param name="kind">What for.</param>
    /// <param name="body">The rest of the request, which may be used again at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<SftpAnswer> AskAsync(SftpMessage kind, SftpWriter body, CancellationToken cancellationToken)
    {
        var request = await SendAsync(kind, body, default, cancellationToken).ConfigureAwait(false);
        return await request.AnswerAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks, once there is room in the window, without waiting for the answer.</summary>
    /// <param name="kind">What for.</param>
    /// <param name="body">The rest of the request, which may be used again at once.</param>
    /// <param name="destination">Where data goes that is asked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<SftpRequest> SendAsync(
        SftpMessage kind, SftpWriter body, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var request = new SftpRequest(destination.Length + body.Length + RequestCost, destination);
        await _window.EnterAsync(request.Cost, cancellationToken).ConfigureAwait(false);
        Post(kind, request, body.Written.Span);
        body.Clear();
        return request;
    }

    /// <summary>Writes to an open file, once there is room in the window, without waiting for the answer.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="fill">Gives them, all of them; if it throws, nothing is sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<SftpRequest> WriteAsync(
        byte[] handle, long offset, int count, SpanAction fill, CancellationToken cancellationToken)
    {
        var request = new SftpRequest(count + RequestCost, default);
        await _window.EnterAsync(request.Cost, cancellationToken).ConfigureAwait(false);
        // What can't be sent yet stays where it is, not in memory of ours.
        while (PostWrite(request, handle, offset, count, fill) is { } room)
        {
            try
            {
                await room.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _window.Leave(request.Cost);
                throw;
            }
        }

        return request;
    }

    /// <summary>Closes a file or a folder, where nobody has to know whether that succeeds.</summary>
    public void Close(byte[] handle)
    {
        var body = new SftpWriter().String(handle);
        try
        {
            Post(SftpMessage.Close, new SftpRequest(0, default), body.Written.Span);
        }
        catch (IOException) { } // the server is gone, and what it had open
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        Fail(new ObjectDisposedException(nameof(SftpClient)));
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // How the work ended is known by now, and does not depend on how the connection is put away.
        }

        await _receiving.ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        lock (_gate) _queued.Clear();
        _input.Dispose();
    }

    private async ValueTask GreetAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(new byte[] { 0, 0, 0, 5, (byte)SftpMessage.Init, 0, 0, 0, 3 }, cancellationToken).ConfigureAwait(false);
        var packet = await ReceivePacketAsync(cancellationToken).ConfigureAwait(false);
        if (packet.Span[0] != (byte)SftpMessage.Version) throw SftpException.Broken("it does not answer the greeting");
        var reader = new SftpReader(packet.Span[1..]);
        uint version = reader.UInt32();
        if (version != 3) throw SftpException.Broken($"version {version} of the protocol instead of 3");
        var extensions = new Dictionary<string, string>();
        while (!reader.IsAtEnd) extensions[reader.Text()] = reader.Text();
        Extensions = extensions;
    }

    private void Post(SftpMessage kind, SftpRequest request, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            WriteHead(kind, body.Length);
            body.CopyTo(_queued.Reserve(body.Length));
            Queued(request);
        }
    }

    /// <returns>What to wait for, where there is no room yet.</returns>
    private Task? PostWrite(SftpRequest request, byte[] handle, long offset, int count, SpanAction fill)
    {
        lock (_gate)
        {
            if (_queued.Length >= MostQueued && _fault is null)
                return (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            int before = _queued.Length;
            try
            {
                WriteHead(SftpMessage.Write, 4 + handle.Length + 8 + 4 + count);
                _queued.String(handle).UInt64((ulong)offset).UInt32((uint)count);
                fill(_queued.Reserve(count));
            }
            catch
            {
                _queued.Shorten(before);
                _window.Leave(request.Cost);
                throw;
            }

            Queued(request);
            return null;
        }
    }

    private void WriteHead(SftpMessage kind, int bodyLength)
    {
        if (_fault is not null) throw RequestWindow.Again(_fault);
        _queued.UInt32((uint)bodyLength + 5).Byte((byte)kind).UInt32(_nextId);
    }

    private void Queued(SftpRequest request)
    {
        request.Begin();
        _asked.Add(_nextId++, request);
        if (_isSending) return;
        _isSending = true;
        _sending = Task.Run(SendQueuedAsync);
    }

    /// <summary>Sends what is queued, in pieces as large as they have become meanwhile. With the lock.</summary>
    private void Flush()
    {
        if (_isSending) return;
        _isSending = true;
        _sending = Task.Run(SendQueuedAsync);
    }

    private async Task SendQueuedAsync()
    {
        try
        {
            while (true)
            {
                // Whoever else is about to ask goes along.
                await Task.Yield();
                lock (_gate)
                {
                    _sent.Clear();
                    if (_queued.Length == 0 || _fault is not null)
                    {
                        _isSending = false;
                        return;
                    }

                    (_queued, _sent) = (_sent, _queued);
                    _room?.TrySetResult();
                    _room = null;
                }

                await _stream.WriteAsync(_sent.Written, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Who reads may know better why.
            await Task.WhenAny(_receiving, Task.Delay(LastWords)).ConfigureAwait(false);
            Fail(e);
            lock (_gate) _sent.Clear();
        }
    }

    private async Task ReceiveAsync()
    {
        // Whoever opened the channel goes on meanwhile.
        await Task.Yield();
        try
        {
            while (true)
            {
                var packet = await ReceivePacketAsync(CancellationToken.None).ConfigureAwait(false);
                if (packet.Length < 5) throw SftpException.Broken("an answer that ends too early");
                Take((SftpMessage)packet.Span[0], BinaryPrimitives.ReadUInt32BigEndian(packet.Span[1..]), packet.Span[5..]);
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Take(SftpMessage kind, uint id, ReadOnlySpan<byte> body)
    {
        SftpRequest? request;
        lock (_gate)
            if (!_asked.Remove(id, out request)) throw SftpException.Broken("an answer to nothing that was asked");
        _window.Leave(request.Cost, request.Age);
        if (!request.Claim())
        {
            // Whoever wanted it open is gone.
            if (kind == SftpMessage.Handle) Close(new SftpReader(body).Handle());
            return;
        }

        try
        {
            request.SetResult(ToAnswer(kind, body, request.Destination.Span));
        }
        catch (SftpException e)
        {
            request.SetException(e);
            throw;
        }
    }

    private static SftpAnswer ToAnswer(SftpMessage kind, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        if (kind != SftpMessage.Data) return new(kind, body.ToArray());
        var data = new SftpReader(body).String();
        if (data.Length > destination.Length) throw SftpException.Broken("more data than was asked for");
        if (data.IsEmpty) throw SftpException.Broken("data of no bytes");
        data.CopyTo(destination);
        return new(kind, default, data.Length);
    }

    /// <summary>The next packet, without its length, of one byte at least; valid until the next call.</summary>
    /// <exception cref="SftpException">There is none, or what comes is none.</exception>
    private async ValueTask<ReadOnlyMemory<byte>> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int needed = 4;
            if (_input.Waiting.Length >= needed)
            {
                uint length = BinaryPrimitives.ReadUInt32BigEndian(_input.Waiting);
                if (length is 0 or > MaxPacket) throw NoPacket(_input.Waiting, length);
                needed += (int)length;
                if (_input.Waiting.Length >= needed) return _input.Take(needed)[4..];
            }

            int count = await _stream.ReadAsync(_input.Room(needed), cancellationToken).ConfigureAwait(false);
            if (count == 0) throw new SftpException(SftpStatus.ConnectionLost, null, "The host's SFTP server ended.");
            _input.Came(count);
        }
    }

    /// <summary>A login shell that prints something is the usual cause: its words stand where a length should.</summary>
    private static SftpException NoPacket(ReadOnlySpan<byte> bytes, uint length)
    {
        bytes = bytes[..Math.Min(bytes.Length, 60)];
        if (bytes[..4].ContainsAnyExceptInRange((byte)'\t', (byte)'~')) return SftpException.Broken($"a packet of {length} bytes");
        string words = Encoding.UTF8.GetString(bytes).Split('\n', '\r')[0];
        return SftpException.Broken($"it says '{words}'; a start-up file of the login shell that prints something must not do so there");
    }

    private void Fail(Exception fault)
    {
        SftpRequest[] left;
        lock (_gate)
        {
            if (_fault is not null) return;
            _fault = fault;
            left = [.. _asked.Values];
            _asked.Clear();
            _room?.TrySetResult();
        }

        _window.Fail(fault);
        foreach (var request in left)
            if (request.Claim()) request.SetException(RequestWindow.Again(fault));
    }

    /// <summary>Fills memory.</summary>
    public delegate void SpanAction(Span<byte> room);
}
