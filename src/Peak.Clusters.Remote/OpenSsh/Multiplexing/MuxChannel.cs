namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>
/// A command on a host, over the connection of a master. Its outputs share one flow: whoever needs both must read both at
/// once.
/// </summary>
internal sealed class MuxSession : IAsyncDisposable
{
    /// <summary>How much the host may send before we have taken it: what a master may have to hold for us.</summary>
    private const uint Window = 1 << 20;

    private const uint MaxPacket = 32 * 1024;

    /// <summary>The kind of extended data that is error output (SSH_EXTENDED_DATA_STDERR).</summary>
    private const uint ErrorOutput = 1;

    /// <summary>How long a host may take to say that a command runs that is not wanted any more.</summary>
    private static readonly TimeSpan LastAnswer = TimeSpan.FromSeconds(10);

    private readonly MuxConnection _connection;
    private readonly bool _shared;
    private readonly ChannelStream _output = new();
    private readonly ChannelStream _error = new();
    private readonly CancellationTokenSource _over = new();
    private readonly SendWindow _window = new();
    private Task _pump = Task.CompletedTask;
    private uint _channel;
    private uint _unacknowledged;
    private bool _closed;
    private bool _abandoned;
    private volatile HostOutcome? _ended;

    private MuxSession(MuxConnection connection, bool shared)
    {
        _connection = connection;
        _shared = shared;
    }

    public Stream StandardOutput => _output;

    public Stream StandardError => _error;

    /// <summary>How the command ended, as soon as that is known: output may still come from what it left running.</summary>
    public HostOutcome? Ended => _ended;

    /// <summary>Opens a session over a connection on which nothing has been said yet, and which is the session's from now on.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="shared">Whether others, who are not of our kind, may have sessions by the same master.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MuxException">The master or the host refuses.</exception>
    /// <exception cref="IOException">The master went away.</exception>
    public static async ValueTask<MuxSession> OpenAsync(MuxConnection connection, bool shared, CancellationToken cancellationToken)
    {
        var session = new MuxSession(connection, shared);
        try
        {
            var open = new WireWriter();
            open.Begin(SshMessage.ChannelOpen).String("session"u8).UInt32(0).UInt32(Window).UInt32(MaxPacket).End();
            await connection.RequestAsync(MuxMessage.Proxy, open, cancellationToken).ConfigureAwait(false);
            session.Opened((await session.ExpectAsync(cancellationToken).ConfigureAwait(false)).Span);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Starts a command. If that fails, dispose of the session. It may still start when it is cancelled: then there is a session to stop.</summary>
    /// <exception cref="MuxException">The host refuses; nothing was started.</exception>
    /// <exception cref="IOException">The connection was lost; the command may or may not run.</exception>
    /// <exception cref="TimeoutException">It was cancelled, and the host does not say whether the command runs.</exception>
    public async ValueTask ExecuteAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        var writer = new WireWriter();
        if (request.ForwardAgent) BeginRequest(writer, "auth-agent-req@openssh.com", wantReply: false).End();
        foreach (var (name, value) in request.Offered) BeginRequest(writer, "env", wantReply: false).String(name).String(value).End();
        foreach (var (name, value) in request.Wanted) BeginRequest(writer, "env", wantReply: true).String(name).String(value).End();
        List<string> refused = [];
        if (request.Wanted.Count > 0)
        {
            await _connection.SendAsync(writer.Written, cancellationToken).ConfigureAwait(false);
            writer.Clear();
            foreach (var (name, _) in request.Wanted)
                if (!await AnswerAsync(cancellationToken).ConfigureAwait(false)) refused.Add(name);
        }

        BeginRequest(writer, "exec", wantReply: true).String(request.CommandLine(refused)).End();
        if (request.Input == Stream.Null) Write(writer, SshMessage.ChannelEof);
        // Once that is sent the command may run: whoever gives up still has to learn whether it does, so as to end it.
        cancellationToken.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource();
        using var hurry = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(LastAnswer), limit);
        try
        {
            await _connection.SendAsync(writer.Written, limit.Token).ConfigureAwait(false);
            if (!await AnswerAsync(limit.Token).ConfigureAwait(false)) throw new MuxException("The host refused to run a command.");
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException();
        }

        _pump = PumpAsync(request.Input == Stream.Null ? null : request.Input);
    }

    /// <summary>Waits until nothing more comes from the host.</summary>
    public async ValueTask<HostOutcome> WaitAsync()
    {
        await _pump.ConfigureAwait(false);
        return _ended!;
    }

    /// <summary>Asks the host's sshd to send a signal to the command's process group. It does not say whether it did.</summary>
    /// <param name="name">The name without <c>SIG</c>.</param>
    public void Signal(string name)
    {
        var writer = new WireWriter();
        BeginRequest(writer, "signal", wantReply: false).String(name).End();
        Post(writer);
    }

    /// <summary>Sends a few bytes to a command whose <see cref="SessionRequest.Input"/> is null.</summary>
    public void WriteInput(ReadOnlySpan<byte> bytes)
    {
        var writer = new WireWriter();
        writer.Begin(SshMessage.ChannelData).UInt32(_channel).String(bytes).End();
        Post(writer);
    }

    /// <summary>Ends that command's input.</summary>
    public void EndInput() => Post(Write(new(), SshMessage.ChannelEof));

    /// <summary>Throws away what the command says on standard error, which would hold up its output where nobody reads it.</summary>
    public void IgnoreError() => _error.End();

    /// <summary>Ends the session, whatever still runs on the host.</summary>
    public void Close()
    {
        // A master mistakes our closing of a channel for another's where it has sessions of other kinds (OpenSSH 10,
        // channel_proxy_downstream), and then closes it once more, at which the host hangs up on all of them. But it
        // closes what a client leaves behind.
        if (_shared) Abandon();
        else Post(Write(new(), SshMessage.ChannelClose));
    }

    /// <summary>Ends it here, as if the connection were lost.</summary>
    public void Abandon()
    {
        _abandoned = true;
        _connection.Shutdown();
        _output.End();
        _error.End();
    }

    /// <summary>Leaves the session: what would still come is lost, and what still runs is left to itself.</summary>
    public async ValueTask DisposeAsync()
    {
        Abandon();
        await _pump.ConfigureAwait(false);
        _connection.Dispose();
        _over.Dispose();
    }

    private async Task PumpAsync(Stream? input)
    {
        Task sending = input is null ? Task.CompletedTask : _window.SendAsync(input, _connection, _channel, _over.Token);
        try
        {
            while (!_closed && await _connection.ReadAsync().ConfigureAwait(false) is { } packet)
            {
                var (stream, data) = Handle(packet);
                if (stream is null) continue;
                await stream.OfferAsync(data).ConfigureAwait(false);
                _unacknowledged += (uint)data.Length;
                if (_unacknowledged < Window / 2) continue;
                Post(Write(new(), SshMessage.ChannelWindowAdjust, _unacknowledged));
                _unacknowledged = 0;
            }

            if (!_closed && !(_abandoned && _ended is not null)) _ended = Lost(_ended is null ? "The connection was lost while the command ran." : $"The connection was lost after the command had {_ended}: output may be missing.");
        }
        catch (IOException e)
        {
            _ended = Lost(e.Message);
        }

        _ended ??= Lost("The host ended the session without saying how the command ended.");
        _output.End();
        _error.End();
        await _over.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
    }

    /// <summary>Waits for the answer to the oldest request that wants one.</summary>
    private async ValueTask<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await ExpectAsync(cancellationToken).ConfigureAwait(false);
            switch ((SshMessage)packet.Span[1])
            {
                case SshMessage.ChannelSuccess:
                    return true;
                case SshMessage.ChannelFailure:
                    return false;
                default:
                    Handle(packet);
                    if (_closed) throw new IOException("The host ended the session before the command was started.");
                    break;
            }
        }
    }

    /// <summary>Does what a message asks for; what it brings for the reader of an output is the result.</summary>
    private (ChannelStream? Stream, ReadOnlyMemory<byte> Data) Handle(ReadOnlyMemory<byte> packet)
    {
        var reader = new WireReader(packet.Span);
        reader.Byte(); // the length of a padding there is not
        var type = (SshMessage)reader.Byte();
        reader.UInt32(); // our number of the channel: there is only one
        switch (type)
        {
            case SshMessage.ChannelData:
                return (_output, packet[^reader.String().Length..]);
            case SshMessage.ChannelExtendedData:
                return (reader.UInt32() == ErrorOutput ? _error : null, packet[^reader.String().Length..]);
            case SshMessage.ChannelWindowAdjust:
                _window.Grow(reader.UInt32());
                break;
            case SshMessage.ChannelRequest:
                HandleRequest(ref reader);
                break;
            case SshMessage.ChannelClose:
                _closed = true;
                if (!_shared) Close();
                break;
        }

        return default;
    }

    private void HandleRequest(ref WireReader reader)
    {
        var name = reader.String();
        bool wantReply = reader.Byte() != 0;
        if (name.SequenceEqual("exit-status"u8)) _ended = new HostOutcome.Exited((int)(reader.UInt32() & 0xff));
        else if (name.SequenceEqual("exit-signal"u8)) _ended = new HostOutcome.Signaled(reader.Text());
        else if (wantReply) Post(Write(new(), SshMessage.ChannelFailure)); // keepalive@openssh.com: no answer would end the connection
    }

    private void Opened(ReadOnlySpan<byte> packet)
    {
        var reader = new WireReader(packet);
        reader.Byte();
        var type = (SshMessage)reader.Byte();
        reader.UInt32();
        uint value = reader.UInt32();
        if (type == SshMessage.ChannelOpenFailure) throw new MuxException($"The host refused a session: {reader.Text()}");
        if (type != SshMessage.ChannelOpenConfirmation) throw new MuxException($"The host answered message {(int)type} to the opening of a session.");
        _channel = value;
        _window.Grow(reader.UInt32());
        _window.MaxPacket = reader.UInt32();
    }

    private async ValueTask<ReadOnlyMemory<byte>> ExpectAsync(CancellationToken cancellationToken) =>
        await _connection.ReadAsync(cancellationToken).ConfigureAwait(false) ?? throw new EndOfStreamException("The ssh connection was lost.");

    private WireWriter BeginRequest(WireWriter writer, string name, bool wantReply) =>
        writer.Begin(SshMessage.ChannelRequest).UInt32(_channel).String(name).Byte(wantReply ? (byte)1 : (byte)0);

    private WireWriter Write(WireWriter writer, SshMessage type, uint? value = null)
    {
        writer.Begin(type).UInt32(_channel);
        if (value is { } number) writer.UInt32(number);
        writer.End();
        return writer;
    }

    /// <summary>Sends without waiting: if the connection is gone, the reader finds out.</summary>
    private async void Post(WireWriter message)
    {
        try
        {
            await _connection.SendAsync(message.Written).ConfigureAwait(false);
        }
        catch (IOException) { }
    }

    private static HostOutcome.Unreachable Lost(string message) => new(HostFailure.ConnectionLost, message);
}
