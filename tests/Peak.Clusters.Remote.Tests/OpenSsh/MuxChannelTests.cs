using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Peak.Clusters.Remote.OpenSsh.Multiplexing;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

/// <summary>What a channel makes of the messages of a host, told by a master that is none.</summary>
public sealed class MuxChannelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_that_asks_whether_we_are_there_is_answered()
    {
        await using var master = await Master.StartAsync(_folder);
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelRequest).UInt32(0).String("keepalive@openssh.com").Byte(1).End());
        Assert.Equal(SshMessage.ChannelFailure, await master.HearAsync());
        await master.EndAsync(0);
        Assert.Equal(HostOutcome.Exited.Success, await master.Channel.WaitAsync());
    }

    [Fact]
    public async Task A_host_that_asks_without_end_and_does_not_listen_is_not_heard_any_more()
    {
        await using var master = await Master.StartAsync(_folder);
        const int Most = 32 << 20;
        int said = master.SayWhileHeard(
            writer => writer.Begin(SshMessage.ChannelRequest).UInt32(0).String("keepalive@openssh.com").Byte(1).End(), Most);
        Assert.InRange(said, 1, Most - 1);
    }

    [Fact]
    public async Task Data_of_a_kind_that_nobody_knows_is_no_error_output()
    {
        await using var master = await Master.StartAsync(_folder);
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelExtendedData).UInt32(0).UInt32(2).String("unknown"u8).End());
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelExtendedData).UInt32(0).UInt32(1).String("error"u8).End());
        await master.EndAsync(3);
        using var reader = new StreamReader(master.Channel.StandardError);
        Assert.Equal("error", await reader.ReadToEndAsync(Cancel));
        Assert.Equal(new HostOutcome.Exited(3), await master.Channel.WaitAsync());
    }

    [Theory]
    [InlineData(256, 256)]
    [InlineData(0x80000000, int.MaxValue)]
    public async Task A_status_above_255_is_a_failure_with_its_number(uint said, int status)
    {
        await using var master = await Master.StartAsync(_folder);
        await master.EndAsync(said);
        var outcome = await master.Channel.WaitAsync();
        Assert.Equal(new HostOutcome.Exited(status), outcome);
        Assert.False(outcome.Succeeded);
    }

    [Fact]
    public async Task A_connection_that_ends_after_the_command_has_may_have_lost_output()
    {
        await using var master = await Master.StartAsync(_folder);
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelRequest).UInt32(0).String("exit-status").Byte(0).UInt32(0).End());
        await Patience.UntilAsync(() => master.Channel.Ended is not null);
        master.Vanish();
        var outcome = Assert.IsType<HostOutcome.Unreachable>(await master.Channel.WaitAsync());
        Assert.Equal(HostFailure.ConnectionLost, outcome.Failure);
        Assert.Contains("output may be missing", outcome.Message, StringComparison.Ordinal);
        Assert.True(master.Channel.IsLost);
    }

    [Fact]
    public async Task A_channel_that_we_leave_after_the_command_has_ended_ended_as_the_command_did()
    {
        await using var master = await Master.StartAsync(_folder);
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelRequest).UInt32(0).String("exit-status").Byte(0).UInt32(7).End());
        await Patience.UntilAsync(() => master.Channel.Ended is not null);
        master.Channel.Abandon();
        Assert.Equal(new HostOutcome.Exited(7), await master.Channel.WaitAsync());
        Assert.False(master.Channel.IsLost);
    }

    [Fact]
    public async Task A_host_that_closes_the_channel_without_a_word_is_lost()
    {
        await using var master = await Master.StartAsync(_folder);
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelClose).UInt32(0).End());
        var outcome = Assert.IsType<HostOutcome.Unreachable>(await master.Channel.WaitAsync());
        Assert.Contains("without saying how the command ended", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_may_send_more_when_half_of_what_it_may_send_was_read()
    {
        await using var master = await Master.StartAsync(_folder);
        byte[] block = new byte[32 << 10];
        var reading = master.Channel.StandardOutput.CopyToAsync(Stream.Null, Cancel);
        for (int sent = 0; sent < 512 << 10; sent += block.Length)
            await master.SayAsync(writer => writer.Begin(SshMessage.ChannelData).UInt32(0).String(block).End());
        Assert.Equal(SshMessage.ChannelWindowAdjust, await master.HearAsync());
        Assert.Equal(512u << 10, BinaryPrimitives.ReadUInt32BigEndian(master.Heard.Span[6..]));
        await master.EndAsync(0);
        await reading;
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Input_that_comes_byte_by_byte_takes_no_more_of_the_host_s_room_than_it_has_bytes()
    {
        await using var master = await Master.OpenAsync(_folder, room: 20);
        var starting = master.Channel.ExecuteAsync(new(_ => "cat") { Input = new ByteByByte(20) }, Cancel).AsTask();
        Assert.Equal(SshMessage.ChannelRequest, await master.HearAsync());
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelSuccess).UInt32(0).End());
        await starting;
        for (int i = 0; i < 20; i++) Assert.Equal(SshMessage.ChannelData, await master.HearAsync());
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelWindowAdjust).UInt32(0).UInt32(1).End());
        Assert.Equal(SshMessage.ChannelEof, await master.HearAsync());
        await master.EndAsync(0);
        Assert.Equal(HostOutcome.Exited.Success, await master.Channel.WaitAsync());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_channel_is_closed_once_for_a_host_hangs_up_at_a_second_time()
    {
        await using var master = await Master.StartAsync(_folder);
        master.Channel.Close();
        master.Channel.Close();
        await master.EndAsync(0);
        await master.Channel.WaitAsync();
        Assert.Equal(SshMessage.ChannelClose, await master.HearAsync());
        await master.Channel.DisposeAsync();
        Assert.False(await master.HearsMoreAsync());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_channel_by_a_master_of_somebody_else_s_is_closed_by_leaving()
    {
        await using var master = await Master.StartAsync(_folder, shared: true);
        master.Channel.Close();
        Assert.False(await master.HearsMoreAsync());
    }

    [Fact]
    public async Task Who_gives_up_while_a_command_may_be_starting_still_learns_that_it_runs()
    {
        await using var master = await Master.OpenAsync(_folder);
        using var givingUp = new CancellationTokenSource();
        var starting = await master.ExecuteAsync(givingUp.Token);
        await givingUp.CancelAsync();
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelSuccess).UInt32(0).End());
        await starting;
        await master.EndAsync(0);
        Assert.Equal(HostOutcome.Exited.Success, await master.Channel.WaitAsync());
    }

    [Fact]
    public async Task What_a_subsystem_complains_of_does_not_hold_up_what_it_answers()
    {
        await using var master = await Master.OpenAsync(_folder);
        master.Channel.StartStream();
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelExtendedData).UInt32(0).UInt32(1).String("error"u8).End());
        await master.SayAsync(writer => writer.Begin(SshMessage.ChannelData).UInt32(0).String("answer"u8).End());
        byte[] answer = new byte[6];
        await master.Channel.StandardOutput.ReadExactlyAsync(answer, Cancel);
        Assert.Equal("answer"u8, answer);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Speaks as a master in proxy mode does, and as the host after it.</summary>
    private sealed class Master : IAsyncDisposable
    {
        private readonly Socket _peer;
        private readonly NetworkStream _stream;

        private Master(Socket peer)
        {
            _peer = peer;
            _stream = new(peer, ownsSocket: true);
        }

        public MuxChannel Channel { get; private set; } = null!;

        /// <summary>The message that was heard last.</summary>
        public ReadOnlyMemory<byte> Heard { get; private set; }

        /// <summary>A channel on which a command without input has been started.</summary>
        public static async Task<Master> StartAsync(TemporaryFolder folder, bool shared = false)
        {
            var master = await OpenAsync(folder, shared);
            var starting = await master.ExecuteAsync(Cancel);
            await master.SayAsync(writer => writer.Begin(SshMessage.ChannelSuccess).UInt32(0).End());
            await starting;
            return master;
        }

        /// <summary>A channel on which nothing has been asked for.</summary>
        public static async Task<Master> OpenAsync(TemporaryFolder folder, bool shared = false, uint room = 1 << 20)
        {
            string path = folder["s"];
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            var connection = await MuxConnection.ConnectAsync(path, Cancel);
            var master = new Master(await listener.AcceptAsync(Cancel));
            var opening = MuxChannel.OpenAsync(connection, shared, null, Cancel).AsTask();
            await master.SayAsync(writer =>
            {
                writer.Begin(MuxMessage.Hello).UInt32(4).End();
                writer.Begin(MuxMessage.ProxyGranted).UInt32(0).End();
                writer.Begin(SshMessage.ChannelOpenConfirmation).UInt32(0).UInt32(5).UInt32(room).UInt32(32 << 10).End();
            });
            master.Channel = await opening;
            for (int i = 0; i < 3; i++) await master.HearAnyAsync(); // hello, the request for proxy mode, the opening
            return master;
        }

        /// <summary>Has a command started, and hears that; the host has not answered yet.</summary>
        public async Task<Task> ExecuteAsync(CancellationToken cancellationToken)
        {
            var starting = Channel.ExecuteAsync(new(_ => "the command"), cancellationToken).AsTask();
            Assert.Equal(SshMessage.ChannelRequest, await HearAsync());
            Assert.EndsWith("the command", Encoding.UTF8.GetString(Heard.Span), StringComparison.Ordinal);
            Assert.Equal(SshMessage.ChannelEof, await HearAsync());
            return starting;
        }

        public async Task SayAsync(Action<WireWriter> say)
        {
            var writer = new WireWriter();
            say(writer);
            await _stream.WriteAsync(writer.Written, Cancel);
        }

        /// <summary>Says it again and again, as long as it is heard; the result is how many bytes were.</summary>
        public int SayWhileHeard(Action<WireWriter> say, int most)
        {
            var writer = new WireWriter();
            for (int i = 0; i < 1000; i++) say(writer);
            _peer.Blocking = false;
            int said = 0;
            // Nothing tells that nobody listens but that nothing can be said for a while.
            while (said < most && _peer.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite))
                said += _peer.Send(writer.Written.Span[(said % writer.Written.Length)..]);

            return said;
        }

        /// <summary>The kind of the next message to the host.</summary>
        public async Task<SshMessage> HearAsync()
        {
            await HearAnyAsync();
            return (SshMessage)Heard.Span[1];
        }

        /// <summary>Whether another message comes before the channel is left.</summary>
        public async Task<bool> HearsMoreAsync() => await _stream.ReadAsync(new byte[1], Cancel) > 0;

        public Task EndAsync(uint status) => SayAsync(writer =>
        {
            writer.Begin(SshMessage.ChannelRequest).UInt32(0).String("exit-status").Byte(0).UInt32(status).End();
            writer.Begin(SshMessage.ChannelClose).UInt32(0).End();
        });

        public void Vanish() => _peer.Shutdown(SocketShutdown.Both);

        public async ValueTask DisposeAsync()
        {
            await _stream.DisposeAsync();
            await Channel.DisposeAsync();
        }

        private async Task HearAnyAsync()
        {
            byte[] length = new byte[4];
            await _stream.ReadExactlyAsync(length, Cancel);
            byte[] message = new byte[BinaryPrimitives.ReadUInt32BigEndian(length)];
            await _stream.ReadExactlyAsync(message, Cancel);
            Heard = message;
        }
    }

    private sealed class ByteByByte(int length) : MemoryStream(new byte[length])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
