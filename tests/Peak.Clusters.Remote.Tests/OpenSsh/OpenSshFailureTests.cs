using System.Net;
using System.Net.Sockets;
using System.Text;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

public class OpenSshFailureTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private readonly SshServer _server = fixture.Server;

    [Fact]
    public async Task A_host_that_is_down_refuses() =>
        Assert.Equal(HostFailure.Refused, await Failure("127.0.3.1", $"Port={Programs.FreePort()}"));

    [Fact]
    public async Task A_name_that_nobody_knows_is_not_found() =>
        Assert.Equal(HostFailure.NameNotFound, await Failure("no-such-host.invalid"));

    [Fact]
    public async Task An_unknown_host_key_is_neither_accepted_nor_asked_about()
    {
        string known = _server.PathOf("nobody");
        Assert.Equal(HostFailure.HostKey, await Failure("127.0.3.2", $"UserKnownHostsFile={known}"));
        Assert.False(File.Exists(known));
    }

    [Fact]
    public async Task A_changed_host_key_says_where_the_old_one_stands()
    {
        Programs.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", _server.PathOf("other"));
        string other = await File.ReadAllTextAsync(_server.PathOf("other.pub"), Cancel);
        await File.WriteAllTextAsync(_server.PathOf("changed"), $"* {other}", Cancel);
        var outcome = await Outcome("127.0.3.3", $"UserKnownHostsFile={_server.PathOf("changed")}");
        Assert.Equal(HostFailure.HostKeyChanged, outcome.Failure);
        string[] lines = outcome.Message.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains("has changed", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(_server.PathOf("changed") + ":1", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("SHA256:", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_let_the_user_in_denies_permission() =>
        Assert.Equal(HostFailure.Authentication, await Failure("127.0.3.4", "PubkeyAuthentication=no"));

    [Fact]
    public async Task A_host_that_says_nothing_times_out()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var connector = _server.Connector(o => o with { Options = [$"Port={((IPEndPoint)silent.LocalEndpoint).Port}"] });
        var run = await RunRecord.Of(
            connector, RemoteCommand.Shell("true"), ["127.0.0.1"], new() { ConnectTimeout = TimeSpan.FromSeconds(0.5) });
        Assert.Equal(HostFailure.ConnectTimeout, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
    }

    [Fact]
    public async Task A_host_that_is_no_ssh_server_is_something_else()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(Cancel);
                    await client.GetStream().WriteAsync("HTTP/1.0 400 Bad Request\r\n\r\n"u8.ToArray(), Cancel);
                }
            },
            Cancel);
        Assert.Equal(HostFailure.Other, await Failure("127.0.0.1", $"Port={((IPEndPoint)listener.LocalEndpoint).Port}"));
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => answering);
    }

    [Fact]
    public async Task A_banner_is_nobodys_output()
    {
        using var server = new SshServer($"Banner {_server.PathOf("banner")}");
        await File.WriteAllTextAsync(_server.PathOf("banner"), "Permission denied (publickey).\nWelcome to prod!\n", Cancel);
        await using var connector = server.Connector();
        var run = await RunRecord.Of(
            connector, RemoteCommand.Shell("echo out; echo err >&2"), ["127.0.3.5"], new() { ConnectTimeout = null });
        Assert.Equal(("out\n", "err\n"), (run.Output(), run.Error()));
        Assert.True(run.Outcome.Succeeded);
    }

    [Fact]
    public async Task A_connection_that_ends_while_a_command_runs_is_lost_not_exited()
    {
        await using var connector = _server.Connector();
        var command = RemoteCommand.Shell("echo $PPID; exec sleep 60");
        var run = await RunRecord.Of(connector, command, ["127.0.3.6"], new() { ConnectTimeout = null }, e =>
        {
            if (e is HostEvent.StandardOutput output) Programs.Run("kill", "-KILL", Encoding.ASCII.GetString(output.Data.Span).Trim());
        });
        Assert.Equal(HostFailure.ConnectionLost, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
    }

    [Fact]
    public async Task A_host_that_allows_one_session_a_connection_runs_two_commands_at_once()
    {
        using var server = new SshServer("MaxSessions 1");
        await using var connector = server.Connector();
        string began = server.PathOf("began");
        // Neither ends before both have begun.
        var command = RemoteCommand.Shell($"echo >>{began}; until [ $(wc -l <{began}) = 2 ]; do sleep 0.05; done");
        var run = await RunRecord.Of(connector, command, ["127.0.3.7", "127.0.3.7"], new() { ConnectTimeout = null });
        Assert.All(run.Outcomes, outcome => Assert.Equal(HostOutcome.Exited.Success, outcome));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_allows_no_session_is_not_reached(bool multiplex)
    {
        using var server = new SshServer("MaxSessions 0");
        await using var connector = server.Connector(o => o with { Multiplex = multiplex });
        var run = await RunRecord.Of(connector, RemoteCommand.Shell("true"), ["127.0.3.8"], new() { ConnectTimeout = null });
        Assert.Equal("the host refused a session; its sshd may allow none (MaxSessions)", run.Outcome.ToString());
        Assert.IsType<HostOutcome.Unreachable>(run.Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_pipe_in_the_place_of_what_is_known_of_a_connection_holds_nobody_up()
    {
        string folder = _server.PathOf("pipes");
        await using var connector = _server.Connector(o => o with { RuntimeFolder = folder });
        var command = RemoteCommand.Shell("echo hi");
        await RunRecord.Of(connector, command, ["127.0.3.24"], new());
        string known = Assert.Single(Directory.GetFiles(folder, "*.conf"));
        File.Delete(known);
        Programs.Run("mkfifo", known);
        Assert.Equal(HostOutcome.Exited.Success, (await RunRecord.Of(connector, command, ["127.0.3.24"], new())).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_time_for_connecting_holds_for_what_the_configuration_runs_and_that_is_ended(bool multiplex)
    {
        string ssh = _server.Program("case \" $* \" in *\" -G \"*) echo $$ >>$0.pids; sleep 1000;; esac");
        await using (var connector = _server.Connector(o => o with { Program = ssh, Multiplex = multiplex }))
        {
            var options = new RunOptions { ConnectTimeout = TimeSpan.FromSeconds(1) };
            var run = await RunRecord.Of(connector, RemoteCommand.Shell("true"), ["127.0.3.21", "127.0.3.22"], options);
            var late = new HostOutcome.Unreachable(HostFailure.ConnectTimeout, "no connection within 1 s");
            Assert.All(run.Outcomes, outcome => Assert.Equal(late, outcome));
        }

        Patience.Until(() => !ProcessTable.AnyRuns(File.Exists(ssh + ".pids") ? File.ReadAllText(ssh + ".pids") : ""));
    }

    [Fact]
    public async Task A_host_with_too_many_logins_at_once_is_tried_again()
    {
        using var server = new SshServer("MaxStartups 1:100:1");
        var firstInTheQueue = new TcpClient();
        await firstInTheQueue.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        Assert.Equal(1, await firstInTheQueue.GetStream().ReadAsync(new byte[1], Cancel));
        string ssh = server.Program("case \" $* \" in *\" -M \"*) echo >>$0.attempts;; esac");
        await using var connector = server.Connector(o => o with { Program = ssh });
        var running = RunRecord.Of(connector, RemoteCommand.Shell("true"), ["127.0.3.10"], new() { ConnectTimeout = null });
        await Patience.UntilAsync(() => File.Exists(ssh + ".attempts") && File.ReadAllLines(ssh + ".attempts").Length == 2);
        firstInTheQueue.Dispose();
        Assert.Equal(HostOutcome.Exited.Success, (await running).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_many_hosts_behind_few_places_for_logins_none_is_lost(bool multiplex)
    {
        using var server = new SshServer("MaxStartups 2:100:2");
        await using var connector = server.Connector(o => o with { Multiplex = multiplex, Persist = TimeSpan.Zero });
        string[] targets = [.. Enumerable.Range(1, 60).Select(i => $"127.0.3.{i}")];
        var run = await RunRecord.Of(connector, RemoteCommand.Shell("true"), targets, new() { ConnectTimeout = null });
        Assert.All(run.Outcomes, outcome => Assert.Equal(HostOutcome.Exited.Success, outcome));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_resets_the_connection_at_once_is_tried_until_its_time_is_over(bool multiplex)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int connections = 0;
        var resetting = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(Cancel);
                    client.Client.LingerState = new(true, 0);
                    connections++;
                }
            },
            Cancel);
        for (double limit = 0.5; connections < 2; limit *= 2)
        {
            connections = 0;
            await using var connector = _server.Connector(
                o => o with { Multiplex = multiplex, Options = [$"Port={((IPEndPoint)listener.LocalEndpoint).Port}"] });
            var options = new RunOptions { ConnectTimeout = TimeSpan.FromSeconds(limit) };
            var run = await RunRecord.Of(connector, RemoteCommand.Shell("true"), ["127.0.0.1"], options);
            if (connections < 2) continue;
            var outcome = Assert.IsType<HostOutcome.Unreachable>(run.Outcome);
            Assert.Equal(HostFailure.Other, outcome.Failure);
            Assert.EndsWith(FormattableString.Invariant($"\nno connection within {limit} s"), outcome.Message, StringComparison.Ordinal);
        }

        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => resetting);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<HostFailure> Failure(string host, params string[] options) => (await Outcome(host, options)).Failure;

    private async Task<HostOutcome.Unreachable> Outcome(string host, params string[] options)
    {
        await using var connector = _server.Connector(o => o with { Options = options });
        var run = await RunRecord.Of(connector, RemoteCommand.Shell("true"), [host], new() { ConnectTimeout = null });
        Assert.Equal(("", ""), (run.Output(), run.Error()));
        return Assert.IsType<HostOutcome.Unreachable>(run.Outcome);
    }
}
