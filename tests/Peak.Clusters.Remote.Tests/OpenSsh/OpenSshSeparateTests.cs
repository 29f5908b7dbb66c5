using System.Net;
using System.Net.Sockets;
using Peak.Clusters.Remote.OpenSsh;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

/// <summary>An ssh for each command, without a shared connection: no worse in what may go wrong.</summary>
public class OpenSshSeparateTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private readonly SshServer _server = fixture.Server;

    [Fact]
    public async Task A_host_that_says_nothing_is_not_reached_in_time_and_no_command_was_sent()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        string port = $"Port={((IPEndPoint)silent.LocalEndpoint).Port}";
        var options = new RunOptions { ConnectTimeout = TimeSpan.FromSeconds(1), GracePeriod = TimeSpan.Zero };
        var run = await Run(_server, "127.0.0.1", "true", options, o => o with { Options = [port] });
        Assert.Equal(new HostOutcome.Unreachable(HostFailure.ConnectTimeout, "no connection within 1 s"), run.Outcome);
        Assert.Empty(run.StartOrder);
    }

    [Fact]
    public async Task What_killed_processes_left_in_the_folder_for_temporary_files_is_removed_and_what_others_use_is_not()
    {
        string left = Directory.CreateTempSubdirectory("peak-ssh-").FullName, used = Directory.CreateTempSubdirectory("peak-ssh-").FullName;
        File.WriteAllText(Path.Join(left, "1"), "words");
        File.Create(Path.Join(left, "lock")).Dispose();
        using (new FileStream(Path.Join(used, "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(HostOutcome.Exited.Success, (await Run(_server, "127.0.9.9", "true", new())).Outcome);
            Assert.Equal((false, true), (Directory.Exists(left), Directory.Exists(used)));
        }

        Directory.Delete(used, recursive: true);
    }

    [Fact]
    public async Task What_the_user_has_ssh_ignore_it_ignores()
    {
        string file = _server.PathOf("ignoring");
        await File.WriteAllTextAsync(file, $"IgnoreUnknown UseKeychain\nUseKeychain yes\nInclude {_server.ClientConfiguration}\n", Cancel);
        var run = await Run(_server, "127.0.9.10", "true", new(), o => o with { ConfigFile = file });
        Assert.Equal(HostOutcome.Exited.Success, run.Outcome);
    }

    [Fact]
    public async Task The_time_for_connecting_ends_when_the_command_is_sent()
    {
        var soon = TimeSpan.FromMilliseconds(1);
        var options = new RunOptions { ConnectTimeout = Patience.Limit, TimeLimit = soon, GracePeriod = TimeSpan.Zero };
        var run = await Run(_server, "127.0.9.1", "exec sleep 1000", options);
        Assert.Equal(new HostOutcome.TimedOut(soon), run.Outcome);
    }

    [Fact]
    public async Task A_host_with_too_many_logins_at_once_is_tried_again_and_reads_its_input_from_the_beginning()
    {
        using var server = new SshServer("MaxStartups 1:100:1");
        var firstInTheQueue = new TcpClient();
        await firstInTheQueue.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        Assert.Equal(1, await firstInTheQueue.GetStream().ReadAsync(new byte[1], Cancel));
        string ssh = server.Program("case \" $* \" in *\" -E \"*) echo >>$0.attempts;; esac");
        var command = RemoteCommand.Shell("cat") with { Input = CommandInput.FromBytes("from the beginning"u8.ToArray()) };
        await using var connector = server.Connector(o => o with { Program = ssh, Multiplex = false });
        var running = RunRecord.Of(connector, command, ["127.0.9.2"], new() { ConnectTimeout = null });
        await Patience.UntilAsync(() => File.Exists(ssh + ".attempts") && File.ReadAllLines(ssh + ".attempts").Length == 2);
        firstInTheQueue.Dispose();
        var run = await running;
        Assert.Equal((HostOutcome.Exited.Success, "from the beginning"), (run.Outcome, run.Output()));
    }

    [Fact]
    public async Task A_host_that_hangs_up_while_the_command_runs_is_lost_and_did_not_exit_with_255()
    {
        // The sshd of the connection is the parent of the login shell.
        var run = await Run(_server, "127.0.9.3", "kill -9 $PPID; exec sleep 1000");
        Assert.Equal(HostFailure.ConnectionLost, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
    }

    [Fact]
    public async Task What_the_user_has_ssh_run_here_is_still_run()
    {
        string said = _server.PathOf("local-command");
        var run = await Run(_server, "127.0.9.4", "echo there", change: o => o with
        {
            Options = ["PermitLocalCommand=yes", $"LocalCommand=echo %n >{said}"],
        });
        Assert.Equal((HostOutcome.Exited.Success, "there\n"), (run.Outcome, run.Output()));
        Assert.Equal("127.0.9.4\n", await File.ReadAllTextAsync(said, Cancel));
    }

    [Fact]
    public async Task A_user_without_a_shell_may_use_it_too()
    {
        string ssh = _server.Program("SHELL=${SHELL:-/bin/false}");
        var run = await Run(_server, "127.0.9.5", "echo there", new() { ConnectTimeout = Patience.Limit }, o => o with { Program = ssh });
        Assert.Equal((HostOutcome.Exited.Success, "there\n"), (run.Outcome, run.Output()));
    }

    [Fact]
    public async Task A_host_that_vanishes_is_noticed_unless_the_user_has_decided_about_that()
    {
        string ssh = _server.Program("echo \"$*\" >$0.words");
        await Run(_server, "127.0.9.6", "true", change: o => o with { Program = ssh });
        Assert.Contains("-oServerAliveInterval=15", await File.ReadAllTextAsync(ssh + ".words", Cancel), StringComparison.Ordinal);
        await Run(_server, "127.0.9.6", "true", change: o => o with { Program = ssh, Options = ["ServerAliveInterval=7"] });
        Assert.DoesNotContain("-oServerAliveInterval=15", await File.ReadAllTextAsync(ssh + ".words", Cancel), StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<RunRecord> Run(
        SshServer server, string host, string line, RunOptions? options = null, Func<OpenSshOptions, OpenSshOptions>? change = null)
    {
        await using var connector = server.Connector(o => (change?.Invoke(o) ?? o) with { Multiplex = false });
        return await RunRecord.Of(connector, RemoteCommand.Shell(line), [host], options ?? new() { ConnectTimeout = null });
    }
}
