using System.Diagnostics;
using Peak.Clusters.Remote.OpenSsh;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

public class OpenSshConnectorTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private readonly SshServer _server = fixture.Server;

    [Fact]
    public async Task Output_error_output_and_status_are_the_commands_own()
    {
        var run = await Run("127.0.1.1", "echo out; echo err >&2; exit 7");
        Assert.Equal((new HostOutcome.Exited(7), "out\n", "err\n"), (run.Outcome, run.Output(), run.Error()));
    }

    [Fact]
    public async Task A_command_that_exits_with_255_was_reached() =>
        Assert.Equal(new HostOutcome.Exited(255), (await Run("127.0.1.2", "exit 255")).Outcome);

    [Fact]
    public async Task A_command_killed_by_a_signal_says_which() =>
        Assert.Equal(new HostOutcome.Signaled("SEGV"), (await Run("127.0.1.3", "kill -SEGV $$")).Outcome);

    [Fact]
    public async Task A_second_command_uses_the_connection_of_the_first()
    {
        var first = await Run("127.0.1.4", "echo $SSH_CONNECTION");
        Assert.Equal(first.Output(), (await Run("127.0.1.4", "echo $SSH_CONNECTION")).Output());
        Assert.NotEqual("\n", first.Output());
    }

    [Fact]
    public async Task Two_commands_on_a_host_at_once_have_a_connection_each()
    {
        await using var connector = _server.Connector();
        string began = _server.PathOf("began");
        var command = RemoteCommand.Shell($"echo $SSH_CONNECTION; echo >>{began}; until [ $(wc -l <{began}) = 2 ]; do sleep 0.05; done");
        var run = await RunRecord.Of(connector, command, ["127.0.1.5", "127.0.1.5"], new() { ConnectTimeout = null });
        Assert.All(run.Outcomes, outcome => Assert.True(outcome.Succeeded));
        Assert.NotEqual(run.Output(0), run.Output(1));
    }

    [Fact]
    public async Task Hundreds_of_bytes_or_millions_arrive_unchanged()
    {
        await using var connector = _server.Connector();
        byte[] bytes = new byte[3_000_001];
        new Random(1).NextBytes(bytes);
        var echo = RemoteCommand.Shell("tee /dev/stderr | cksum; cat") with { Input = CommandInput.FromBytes(bytes) };
        var error = new MemoryStream();
        var run = await RunRecord.Of(connector, echo, ["127.0.1.6"], onEvent: e =>
        {
            if (e is HostEvent.StandardError { Data: var data }) error.Write(data.Span);
        });
        Assert.Equal(bytes, error.ToArray());
        Assert.EndsWith(" 3000001\n", run.Output());
    }

    [Fact]
    public async Task Input_that_a_command_does_not_read_does_not_keep_it()
    {
        var run = await Run("127.0.1.7", RemoteCommand.Shell("true") with { Input = CommandInput.FromBytes(new byte[5_000_000]) });
        Assert.Equal(HostOutcome.Exited.Success, run.Outcome);
    }

    [Fact]
    public async Task Input_ends_at_once_where_there_is_none() =>
        Assert.Equal("0\n", (await Run("127.0.1.8", "wc -c | tr -d ' '")).Output());

    [Theory]
    [InlineData("PEAK_ACCEPTED")]
    [InlineData("PEAK_REFUSED")]
    public async Task Variables_arrive_whether_the_host_accepts_them_or_not(string name)
    {
        const string Value = "it's \"$HOME\" `id`; \\ \n !";
        var line = RemoteCommand.Shell($"printf %s \"${name}\"") with { Environment = new Dictionary<string, string> { [name] = Value } };
        Assert.Equal(Value, (await Run("127.0.1.9", line)).Output());
        var program = RemoteCommand.Program("printenv", name) with { Environment = line.Environment };
        Assert.Equal(Value + "\n", (await Run("127.0.1.9", program)).Output());
    }

    [Fact]
    public async Task Variables_of_the_users_configuration_are_sent_also_over_a_connection_that_was_there()
    {
        for (int i = 0; i < 2; i++)
        {
            var run = await Run("127.0.1.10", "echo $PEAK_ACCEPTED", o => o with { Options = ["SetEnv=\"PEAK_ACCEPTED=two words\""] });
            Assert.Equal("two words\n", run.Output());
        }
    }

    [Fact]
    public async Task The_users_agent_is_there_on_the_host_where_the_configuration_says_so()
    {
        Programs.Need("ssh-agent", "openssh-client");
        string socket = _server.PathOf("agent");
        using var agent = Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", socket]) { RedirectStandardOutput = true })!;
        try
        {
            // It says where it listens once it does; the socket is there before.
            string? said = await agent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.Contains(socket, said, StringComparison.Ordinal);
            var add = new ProcessStartInfo("ssh-add", ["-q", _server.PathOf("user")]) { Environment = { ["SSH_AUTH_SOCK"] = socket } };
            using (var adding = Process.Start(add)!) await adding.WaitForExitAsync(TestContext.Current.CancellationToken);
            foreach (string forward in (string[])["yes", "no"])
            {
                string[] options = [$"ForwardAgent={forward}", $"IdentityAgent={socket}"];
                var run = await Run("127.0.1.20", "ssh-add -L 2>/dev/null", o => o with { Options = options });
                string key = await File.ReadAllTextAsync(_server.PathOf("user.pub"), TestContext.Current.CancellationToken);
                Assert.Equal(forward == "yes" ? key : "", run.Output());
            }
        }
        finally
        {
            agent.Kill();
        }
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are()
    {
        string[] hostile = ["", "a b", "'", "\"", "$HOME", "`id`", "\\", "*", "!x", "é", "-n", "a\nb"];
        var run = await Run("127.0.1.11", RemoteCommand.Program("printf", ["[%s]", .. hostile]));
        Assert.Equal(string.Concat(hostile.Select(word => $"[{word}]")), run.Output());
    }

    [Fact]
    public async Task Sixty_hosts_at_once_each_answer_for_themselves()
    {
        await using var connector = _server.Connector();
        string[] hosts = [.. Enumerable.Range(1, 60).Select(i => $"127.0.2.{i}")];
        var command = RemoteCommand.Shell("set -- $SSH_CONNECTION; echo $3");
        var run = await RunRecord.Of(connector, command, hosts, new() { FanOut = 20, ConnectTimeout = null });
        Assert.Equal(hosts.Select(host => host + "\n"), hosts.Select((_, i) => run.Output(i)));
    }

    [Fact]
    public async Task A_host_behind_another_is_reached_by_the_users_configuration()
    {
        for (int i = 0; i < 2; i++)
        {
            var run = await Run(
                "127.0.1.16",
                "set -- $SSH_CONNECTION; echo $3",
                o => o with { Options = [$"ProxyJump=127.0.1.17:{_server.Port}"] });
            Assert.Equal("127.0.1.16\n", run.Output());
        }
    }

    [Fact]
    public async Task A_host_behind_one_whose_key_is_unknown_is_not_asked_about()
    {
        string configuration = _server.PathOf("jump_config");
        await File.WriteAllTextAsync(
            configuration,
            "Match host 127.0.1.19\n  UserKnownHostsFile /dev/null\nMatch all\n"
            + await File.ReadAllTextAsync(_server.ClientConfiguration, TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        var run = await Run(
            "127.0.1.18",
            "true",
            o => o with { ConfigFile = configuration, Options = [$"ProxyJump=127.0.1.19:{_server.Port}"] });
        Assert.Equal(HostFailure.HostKey, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
    }

    [Theory]
    [InlineData("-oProxyCommand=touch${IFS}{0}")]
    [InlineData("a;touch {0}")]
    [InlineData("$(touch {0})")]
    [InlineData("a\ntouch {0}")]
    [InlineData("a b")]
    [InlineData("\u001b[2J")]
    [InlineData("")]
    public async Task A_name_that_attacks_a_shell_or_ssh_is_refused(string name)
    {
        string trap = _server.PathOf("trap");
        name = name.Replace("{0}", trap, StringComparison.Ordinal);
        var run = await Run(name, "true", o => o with { Options = ["ProxyCommand=/bin/sh -c %h"] });
        var outcome = Assert.IsType<HostOutcome.Unreachable>(run.Outcome);
        Assert.Equal(HostFailure.NameNotFound, outcome.Failure);
        Assert.DoesNotContain(outcome.Message, char.IsControl);
        Assert.False(File.Exists(trap));
    }

    [Fact]
    public async Task A_user_name_that_attacks_is_refused()
    {
        var run = await Run("-oProxyCommand=x@127.0.1.12", "true");
        Assert.Equal(NotStartedReason.CannotStart, Assert.IsType<HostOutcome.NotStarted>(run.Outcome).Reason);
    }

    [Fact]
    public async Task No_ssh_is_said_so()
    {
        var run = await Run("127.0.1.13", "true", o => o with { Program = "/no/such/ssh" });
        Assert.Contains("/no/such/ssh", Assert.IsType<HostOutcome.NotStarted>(run.Outcome).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_that_ssh_does_not_know_is_our_fault_not_the_hosts()
    {
        var run = await Run("127.0.1.14", "true", o => o with { Options = ["NoSuchOption=1"] });
        Assert.Contains("nosuchoption", Assert.IsType<HostOutcome.NotStarted>(run.Outcome).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_multiplexing_each_command_has_an_ssh()
    {
        var run = await Run("127.0.1.15", "echo out; echo err >&2; exit 255", o => o with { Multiplex = false });
        Assert.Equal((new HostOutcome.Exited(255), "out\n", "err\n"), (run.Outcome, run.Output(), run.Error()));
        run = await Run("127.0.1.15", "true", o => o with { Multiplex = false, Options = [$"Port={Programs.FreePort()}"] });
        Assert.Equal(HostFailure.Refused, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
        Assert.Equal("", run.Error());
    }

    private Task<RunRecord> Run(string host, string line, Func<OpenSshOptions, OpenSshOptions>? change = null) =>
        Run(host, RemoteCommand.Shell(line), change);

    private async Task<RunRecord> Run(string host, RemoteCommand command, Func<OpenSshOptions, OpenSshOptions>? change = null)
    {
        await using var connector = _server.Connector(change);
        return await RunRecord.Of(connector, command, [host], new() { ConnectTimeout = null });
    }
}
