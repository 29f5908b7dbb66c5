using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

/// <summary>Channels over a connection by OpenSSH, opened by hand.</summary>
public class OpenSshChannelTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private readonly SshServer _server = fixture.Server;

    [Fact]
    public async Task A_command_is_written_to_and_its_input_ended_at_any_time()
    {
        await using var connector = _server.Connector();
        await using var connection = await connector.ConnectAsync(new("127.0.8.1"), Cancel);
        await using var command = await connection.StartAsync(
            RemoteCommand.Shell("while read line; do echo \"<$line>\"; done; exit 6") with { Input = CommandInput.Interactive }, Cancel);
        using var reader = new StreamReader(command.StandardOutput);
        foreach (string word in (string[])["one", "two"])
        {
            await command.StandardInput.WriteAsync(Encoding.UTF8.GetBytes(word + "\n"), Cancel);
            Assert.Equal($"<{word}>", await reader.ReadLineAsync(Cancel));
        }

        await command.StandardInput.DisposeAsync();
        Assert.Null(await reader.ReadLineAsync(Cancel));
        Assert.Equal(new HostOutcome.Exited(6), await command.WaitAsync());
    }

    [Fact]
    public async Task What_is_written_comes_after_what_the_command_reads_first()
    {
        await using var connector = _server.Connector();
        await using var connection = await connector.ConnectAsync(new("127.0.8.1"), Cancel);
        // More than the host takes at first.
        byte[] script = [.. "exec cat\n#"u8, .. Enumerable.Repeat((byte)'x', 6 << 20)];
        await using var command = await connection.StartAsync(
            RemoteCommand.Script(script) with { Input = CommandInput.Interactive }, Cancel);
        await command.StandardInput.WriteAsync("mine"u8.ToArray(), Cancel);
        await command.StandardInput.DisposeAsync();
        using var reader = new StreamReader(command.StandardOutput);
        Assert.Equal("mine", await reader.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task A_terminal_has_its_size_and_is_told_of_another()
    {
        await using var connector = _server.Connector();
        await using var connection = await connector.ConnectAsync(new("127.0.8.2"), Cancel);
        var shell = RemoteCommand.Shell("trap 'stty size; exit' WINCH; echo $TERM; stty size; while :; do sleep 0.05; done") with
        {
            Terminal = new("xterm-256color", new(132, 43)),
            Input = CommandInput.Interactive,
        };
        await using var command = await connection.StartAsync(shell, Cancel);
        using var reader = new StreamReader(command.StandardOutput);
        Assert.Equal("xterm-256color", await reader.ReadLineAsync(Cancel));
        Assert.Equal("43 132", await reader.ReadLineAsync(Cancel));
        command.Resize(new(100, 20));
        Assert.Equal("20 100", await reader.ReadLineAsync(Cancel));
        Assert.Equal(HostOutcome.Exited.Success, await command.WaitAsync());
    }

    [Fact]
    public async Task A_command_without_a_terminal_has_none_to_resize()
    {
        await using var connector = _server.Connector();
        await using var connection = await connector.ConnectAsync(new("127.0.8.3"), Cancel);
        await using var command = await connection.StartAsync(RemoteCommand.Shell("cat") with { Input = CommandInput.Interactive }, Cancel);
        Assert.Equal(ChannelKind.Terminal, Assert.Throws<ChannelNotSupportedException>(() => command.Resize(new(1, 1))).Kind);
        Assert.Throws<ArgumentException>(() => command.SendSignal("15 \x1b[2J"));
        command.SendSignal("TERM");
        await command.StandardInput.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_sftp_subsystem_answers(bool multiplex)
    {
        using var server = new SshServer("Subsystem sftp internal-sftp");
        await using var connector = server.Connector(o => o with { Multiplex = multiplex });
        await using var connection = await connector.ConnectAsync(new("127.0.8.4"), Cancel);
        await using var sftp = await connection.OpenSubsystemAsync("sftp", Cancel);
        // SSH_FXP_INIT, version 3; SSH_FXP_VERSION is the answer.
        await sftp.WriteAsync(new byte[] { 0, 0, 0, 5, 1, 0, 0, 0, 3 }, Cancel);
        byte[] head = new byte[9];
        await sftp.ReadExactlyAsync(head, Cancel);
        Assert.Equal((2, 3u), (head[4], BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(5))));
    }

    [Fact]
    public async Task A_subsystem_that_the_host_has_not_is_a_failure_with_its_name()
    {
        await using var connector = _server.Connector();
        await using var connection = await connector.ConnectAsync(new("127.0.8.5"), Cancel);
        var failure = await Assert.ThrowsAsync<ConnectionException>(async () => await connection.OpenSubsystemAsync("nosuch", Cancel));
        Assert.Contains("'nosuch'", failure.Message, StringComparison.Ordinal);
        // The connection is as good as before.
        await using var command = await connection.StartAsync(RemoteCommand.Shell("echo ok"), Cancel);
        using var reader = new StreamReader(command.StandardOutput);
        Assert.Equal("ok\n", await reader.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task A_socket_on_the_other_side_is_a_stream_here()
    {
        string path = _server.PathOf("echo.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        await using var connector = _server.Connector();
        await using var connection = await connector.ConnectAsync(new("127.0.8.6"), Cancel);
        (EndPoint, Func<ValueTask<Socket>>)[] sockets =
        [
            (new UnixDomainSocketEndPoint(path), () => listener.AcceptAsync(Cancel)),
            (tcp.LocalEndpoint, () => tcp.AcceptSocketAsync(Cancel)),
            (new DnsEndPoint("localhost", ((IPEndPoint)tcp.LocalEndpoint).Port), () => tcp.AcceptSocketAsync(Cancel)),
        ];
        foreach (var (address, accept) in sockets)
        {
            var accepting = accept();
            await using var stream = await connection.OpenSocketAsync(address, Cancel);
            using var peer = await accepting;
            await stream.WriteAsync("ping"u8.ToArray(), Cancel);
            await stream.CompleteWritesAsync();
            byte[] buffer = new byte[16];
            int count = 0;
            while (await peer.ReceiveAsync(buffer.AsMemory(count), Cancel) is > 0 and var more) count += more;
            Assert.Equal("ping", Encoding.ASCII.GetString(buffer, 0, count));
            await peer.SendAsync("pong"u8.ToArray(), Cancel);
            peer.Shutdown(SocketShutdown.Both);
            using var reader = new StreamReader(stream);
            Assert.Equal("pong", await reader.ReadToEndAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_socket_where_nobody_listens_is_a_failure()
    {
        await using var connector = _server.Connector();
        await using var connection = await connector.ConnectAsync(new("127.0.8.7"), Cancel);
        var failure = await Assert.ThrowsAsync<ConnectionException>(
            async () => await connection.OpenSocketAsync(new UnixDomainSocketEndPoint(_server.PathOf("nobody.sock")), Cancel));
        Assert.IsType<HostOutcome.Unreachable>(failure.Outcome);
    }

    [Fact]
    public async Task A_command_beside_another_channel_is_ended_without_that()
    {
        using var server = new SshServer("Subsystem sftp internal-sftp");
        await using var connector = server.Connector();
        await using var connection = await connector.ConnectAsync(new("127.0.8.8"), Cancel);
        await using var sftp = await connection.OpenSubsystemAsync("sftp", Cancel);
        await using var command = await connection.StartAsync(RemoteCommand.Shell("echo $$; exec sleep 1000"), Cancel);
        using var reader = new StreamReader(command.StandardOutput);
        string id = (await reader.ReadLineAsync(Cancel))!;
        command.Stop(force: false);
        Assert.Equal(new HostOutcome.Signaled("TERM"), await command.WaitAsync());
        await ProcessTable.Gone(id);
        await sftp.WriteAsync(new byte[] { 0, 0, 0, 5, 1, 0, 0, 0, 3 }, Cancel);
        await sftp.ReadExactlyAsync(new byte[9], Cancel);
    }

    [Fact]
    public async Task No_channel_is_opened_beside_a_command_that_could_only_be_ended_together_with_it()
    {
        await using var connector = _server.Connector();
        await using var connection = await connector.ConnectAsync(new("127.0.8.9"), Cancel);
        var reads = RemoteCommand.Shell("read line") with { Input = CommandInput.Interactive };
        await using (var command = await connection.StartAsync(reads, Cancel))
        {
            await Assert.ThrowsAsync<ChannelNotSupportedException>(
                async () => await connection.StartAsync(RemoteCommand.Shell("true"), Cancel));
            await command.StandardInput.DisposeAsync();
            await command.WaitAsync();
        }

        await using var next = await connection.StartAsync(RemoteCommand.Shell("true"), Cancel);
        Assert.Equal(HostOutcome.Exited.Success, await next.WaitAsync());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
