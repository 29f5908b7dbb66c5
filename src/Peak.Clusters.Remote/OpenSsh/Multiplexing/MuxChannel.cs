using System.Net;

namespace Peak.Clusters.Remote.OpenSsh.Multiplexing;

/// <summary>
/// A channel to a host, over the connection of a master: first it is opened, then a command, a subsystem or a socket is asked for. Its
/// outputs share one flow: whoever needs both must read both at once.
/// </summary>
internal sealed class MuxChannel : IAsyncDisposable
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
    private Task? _pump;
    private Task _feeding = Task.CompletedTask;
    private SendWindow _window = null!;
    private uint _channel;
    private uint _unacknowledged;
    private bool _closed;
    private bool _abandoned;
    private bool _owesAnswer;
    private int _closeSent;
    private volatile bool _lost;
    private volatile HostOutcome? _ended;

    private MuxChannel(MuxConnection connection, bool shared)
    {
        _connection = connection;
        _shared = shared;
    }

    public Stream StandardOutput => _output;

    public Stream StandardError => _error;

    /// <summary>How the command ended, as soon as that is known: output may still come from what it left running.</summary>
    public HostOutcome? Ended => _ended;

    /// <summary>Whether nothing more comes.</summary>
    public bool IsOver => _pump is { IsCompleted: true };

    /// <summary>Whether the connection was lost, or the master broke the protocol, before the host closed the channel.</summary>
    public bool IsLost => _lost;

    /// <summary>Opens a channel over a connection on which nothing has been said yet, and which is the channel's from now on.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="shared">Whether others, who are not of our kind, may have channels by the same master.</param>
    /// <param name="address">The socket on the other side that it leads to; null for a command or a subsystem.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MuxException">The master or the host refuses.</exception>
    /// <exception cref="IOException">The master went away.</exception>
    public static async ValueTask<MuxChannel> OpenAsync(
        MuxConnection connection, bool shared, EndPoint? address, CancellationToken cancellationToken)
    {
        var channel = new MuxChannel(connection, shared);
        try
        {
            var open = new WireWriter().OpenChannel(address, Window, MaxPacket);
            await connection.RequestAsync(MuxMessage.Proxy, open, cancellationToken).ConfigureAwait(false);
            channel.Opened((await channel.ExpectAsync(cancellationToken).ConfigureAwait(false)).Span);
            return channel;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Starts a command. If that fails, dispose of the channel. It may still start when it is canceled: then there is a channel to stop.
    /// </summary>
    /// <exception cref="MuxException">The host refuses; nothing was started.</exception>
    /// <exception cref="IOException">The connection was lost; the command may or may not run.</exception>
    /// <exception cref="TimeoutException">It was canceled, and the host does not say whether the command runs.</exception>
    public async ValueTask ExecuteAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        var writer = new WireWriter();
        if (request.ForwardAgent) writer.BeginRequest(_channel, "auth-agent-req@openssh.com", wantReply: false).End();
        foreach (var (name, value) in request.Offered)
            writer.BeginRequest(_channel, "env", wantReply: false).String(name).String(value).End();
        foreach (var (name, value) in request.Wanted)
            writer.BeginRequest(_channel, "env", wantReply: true).String(name).String(value).End();
        List<string> refused = [];
        if (request.Wanted.Count > 0)
        {
            await _connection.SendAsync(writer.Written, cancellationToken).ConfigureAwait(false);
            writer.Clear();
            foreach (var (name, _) in request.Wanted)
                if (!await AnswerAsync(cancellationToken).ConfigureAwait(false)) refused.Add(name);
        }

        if (request.Terminal is { } terminal)
        {
            await _connection.SendAsync(writer.RequestTerminal(_channel, terminal).Written, cancellationToken).ConfigureAwait(false);
            writer.Clear();
            if (!await AnswerAsync(cancellationToken).ConfigureAwait(false)) throw new MuxException("The host gives no terminal.");
        }

        writer.BeginRequest(_channel, "exec", wantReply: true).String(request.CommandLine(refused)).End();
        if (request.Input is null && !request.InputStaysOpen) writer.Message(SshMessage.ChannelEof, _channel);
        await SendLastAsync(writer, "The host refused to run a command.", cancellationToken).ConfigureAwait(false);
        _pump = PumpAsync();
        if (request.Input is not null) _feeding = FeedAsync(request.Input, request.InputStaysOpen);
    }

    /// <summary>Asks for a subsystem; the channel's input and output are its from then on.</summary>
    /// <exception cref="MuxException">The host has none of the name, or refuses.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public async ValueTask StartSubsystemAsync(string name, CancellationToken cancellationToken)
    {
        var writer = new WireWriter();
        writer.BeginRequest(_channel, "subsystem", wantReply: true).String(name).End();
        await SendLastAsync(writer, $"The host has no subsystem '{name}'.", cancellationToken).ConfigureAwait(false);
        StartStream();
    }

    /// <summary>Begins to pass on what comes, for a channel to a socket.</summary>
    public void StartStream()
    {
        IgnoreError();
        _pump = PumpAsync();
    }

    /// <summary>Sends bytes as far as the host takes them.</summary>
    /// <exception cref="IOException">The connection is lost, or the host takes nothing more.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // What the command reads first, such as a password, goes before.
        await _feeding.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _window.SendAsync(bytes, _over.Token, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until nothing more comes from the host.</summary>
    public async ValueTask<HostOutcome> WaitAsync()
    {
        await _pump!.ConfigureAwait(false);
        return _ended!;
    }

    /// <summary>Asks the host's sshd to send a signal to the command's process group. It does not say whether it did.</summary>
    /// <param name="name">The name without <c>SIG</c>.</param>
    public void Signal(string name)
    {
        Post(new WireWriter().BeginRequest(_channel, "signal", wantReply: false).String(name).End());
    }

    /// <summary>Tells the command's terminal of its new size.</summary>
    public void Resize(uint columns, uint rows)
    {
        var request = new WireWriter().BeginRequest(_channel, "window-change", wantReply: false);
        Post(request.UInt32(columns).UInt32(rows).UInt32(0).UInt32(0).End());
    }

    /// <summary>Sends a few bytes without waiting; for what is surely less than the host takes at first.</summary>
    public void Post(ReadOnlySpan<byte> bytes)
    {
        Post(new WireWriter().Begin(SshMessage.ChannelData).UInt32(_channel).String(bytes).End());
    }

    /// <summary>Ends the input of what is on the other side.</summary>
    public void EndInput() => Post(Message(SshMessage.ChannelEof));

    /// <summary>Throws away what the command says on standard error, which would hold up its output where nobody reads it.</summary>
    public void IgnoreError() => _error.End();

    /// <summary>Closes the channel, whatever still runs on the host.</summary>
    public void Close()
    {
        // A master mistakes our closing of a channel for another's where it has channels of other kinds (OpenSSH 10,
        // channel_proxy_downstream), and then closes it once more, at which the host hangs up on all of them. But it closes what a client
        // leaves open when it disconnects.
        if (_shared) Abandon();
        else if (Interlocked.Exchange(ref _closeSent, 1) == 0) Post(Message(SshMessage.ChannelClose)); // a host hangs up at a second
    }

    /// <summary>Ends it here, as if the connection were lost.</summary>
    public void Abandon()
    {
        _abandoned = true;
        _connection.Shutdown();
        _output.End();
        _error.End();
    }

    /// <summary>Leaves the channel: what would still come is lost, and what still runs is left to itself.</summary>
    public async ValueTask DisposeAsync()
    {
        Abandon();
        if (_pump is not null) await _pump.ConfigureAwait(false);
        _connection.Dispose();
    }

    /// <summary>Sends a request after which something may run on the host, and waits for the answer.</summary>
    private async ValueTask SendLastAsync(WireWriter request, string refusal, CancellationToken cancellationToken)
    {
        // Once that is sent the command may run: whoever gives up still has to learn whether it does, so as to end it.
        cancellationToken.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource();
        using var hurry = cancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).CancelAfter(LastAnswer), limit);
        try
        {
            await _connection.SendAsync(request.Written, limit.Token).ConfigureAwait(false);
            if (await AnswerAsync(limit.Token).ConfigureAwait(false)) return;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException();
        }
        catch (MuxException e)
        {
            // No refusal: what was sent may run.
            throw new IOException(e.Message, e);
        }

        throw new MuxException(refusal);
    }

    private async Task PumpAsync()
    {
        try
        {
            while (!_closed && await _connection.ReadAsync().ConfigureAwait(false) is { } packet)
            {
                var (stream, data) = Handle(packet);
                if (_owesAnswer) await RefuseAsync(CancellationToken.None).ConfigureAwait(false);
                if (stream is null) continue;
                await stream.OfferAsync(data).ConfigureAwait(false);
                _unacknowledged += (uint)data.Length;
                if (_unacknowledged < Window / 2) continue;
                Post(Message(SshMessage.ChannelWindowAdjust, _unacknowledged));
                _unacknowledged = 0;
            }

            _lost = !_closed && !_abandoned;
            if (!_closed && !(_abandoned && _ended is not null))
            {
                _ended = Lost(_ended is null
                    ? "The connection was lost while the command ran."
                    : $"The connection was lost after the command had {_ended}: output may be missing.");
            }
        }
        catch (IOException e)
        {
            _lost = true;
            _ended = Lost(e.Message);
        }

        _ended ??= Lost("The host ended the channel without saying how the command ended.");
        _output.End();
        _error.End();
        await _over.CancelAsync().ConfigureAwait(false);
        await _feeding.ConfigureAwait(false);
    }

    /// <summary>Sends an input to its end, unless that is for somebody else to say.</summary>
    private async Task FeedAsync(Stream input, bool staysOpen)
    {
        try
        {
            await using (input.ConfigureAwait(false)) await _window.SendAsync(input, _over.Token).ConfigureAwait(false);
            if (!staysOpen) EndInput();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            // The command has ended, or the connection has: its outcome tells. Input that can't be read ends there.
            EndInput();
        }
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
                    if (_owesAnswer) await RefuseAsync(cancellationToken).ConfigureAwait(false);
                    if (_closed) throw new IOException("The host closed the channel before the command was started.");
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
        // A status is of 32 bits: one that is a multiple of 256 is no success.
        if (name.SequenceEqual("exit-status"u8)) _ended = new HostOutcome.Exited((int)Math.Min(reader.UInt32(), int.MaxValue));
        else if (name.SequenceEqual("exit-signal"u8)) _ended = new HostOutcome.Signaled(reader.Text());
        else _owesAnswer = wantReply; // keepalive@openssh.com: no answer would end the connection
    }

    /// <summary>
    /// Says that a request of the host's is not for us. Until that is sent nothing more is read: who asks without end does not fill our
    /// memory.
    /// </summary>
    private async ValueTask RefuseAsync(CancellationToken cancellationToken)
    {
        _owesAnswer = false;
        try
        {
            await _connection.SendAsync(Message(SshMessage.ChannelFailure).Written, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) { } // the reader finds out, after what has come until then
    }

    private void Opened(ReadOnlySpan<byte> packet)
    {
        var reader = new WireReader(packet);
        reader.Byte();
        var type = (SshMessage)reader.Byte();
        reader.UInt32();
        uint value = reader.UInt32();
        if (type == SshMessage.ChannelOpenFailure) throw new MuxException($"The host refused a channel: {reader.Text()}");
        if (type != SshMessage.ChannelOpenConfirmation)
            throw new MuxException($"The host answered message {(int)type} to the opening of a channel.");
        _channel = value;
        uint room = reader.UInt32();
        uint maxPacket = reader.UInt32();
        if (maxPacket == 0) throw new MuxException("The host takes packets of 0 bytes only.");
        _window = new(_connection, _channel, maxPacket);
        _window.Grow(room);
    }

    private async ValueTask<ReadOnlyMemory<byte>> ExpectAsync(CancellationToken cancellationToken) =>
        await _connection.ReadAsync(cancellationToken).ConfigureAwait(false)
        ?? throw new EndOfStreamException("The ssh connection was lost.");

    private WireWriter Message(SshMessage type, uint? value = null) => new WireWriter().Message(type, _channel, value);

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
