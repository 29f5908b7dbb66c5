using Peak.Clusters.Remote.OpenSsh;
using Peak.Clusters.Remote.OpenSsh.Sharing;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

/// <summary>Masters that are kept, end, die, hang, or are the user's own.</summary>
public class OpenSshMasterTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private readonly SshServer _server = fixture.Server;

    [Fact]
    public async Task Connections_are_kept_and_closed_on_demand()
    {
        var options = Own("kept");
        await Run("127.0.4.1", "true", options);
        await Run("127.0.4.2", "true", options);
        Assert.Equal(2, await OpenSshConnector.DisconnectAsync(options(new())));
        Assert.Equal(0, await OpenSshConnector.DisconnectAsync(options(new())));
        await NoneIsLeft("kept");
    }

    [Fact]
    public async Task Nothing_is_left_of_connections_that_are_gone()
    {
        var options = Own("gone");
        await Run("127.0.4.30", "true", options);
        await Run("127.0.4.31", "true", o => options(o) with { Persist = TimeSpan.Zero });
        await Patience.UntilAsync(() => Masters("gone").Count == 1); // one that was told to go may take a moment more
        Assert.Equal(3, Directory.GetFiles(options(new()).RuntimeFolder!).Length); // the socket of the first, its lock and settings
        ProcessTable.Kill(Assert.Single(Masters("gone")));
        await Run("127.0.4.32", "true", o => options(o) with { Persist = TimeSpan.Zero });
        Assert.Equal(3, Directory.GetFiles(options(new()).RuntimeFolder!).Length); // the killed one could not remove its socket
        await OpenSshConnector.DisconnectAsync(options(new()));
        Assert.Empty(Directory.GetFiles(options(new()).RuntimeFolder!));
    }

    [Fact]
    public async Task A_socket_belongs_to_one_at_a_time_though_its_lock_comes_and_goes()
    {
        using var folder = new TemporaryFolder();
        int holders = 0, taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 3000; i++)
            {
                if (ControlSocket.TryTake(folder["a.sock"]) is not { } socket) continue;
                socket.Keep = true;
                Assert.Equal(1, Interlocked.Increment(ref holders));
                Interlocked.Increment(ref taken);
                Assert.Equal(0, Interlocked.Decrement(ref holders));
                await socket.DisposeAsync();
            }
        })));
        Assert.True(taken > 0);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task No_connection_is_kept_where_none_is_to_persist()
    {
        await Run("127.0.4.3", "true", o => Own("none")(o) with { Persist = TimeSpan.Zero, Program = ThatStays() });
        await NoneIsLeft("none");
    }

    [Fact]
    public async Task No_more_connections_are_kept_than_stated()
    {
        await using var connector = _server.Connector(o => Own("some")(o) with { MaxPersisting = 2, Program = ThatStays() });
        string[] hosts = [.. Enumerable.Range(4, 5).Select(i => $"127.0.4.{i}")];
        await RunRecord.Of(connector, RemoteCommand.Shell("true"), hosts, new() { ConnectTimeout = null });
        Assert.Equal(2, await OpenSshConnector.DisconnectAsync(Own("some")(new())));
        await NoneIsLeft("some");
    }

    [Fact]
    public async Task A_socket_that_a_killed_master_left_is_no_hindrance()
    {
        await Run("127.0.4.10", "true", Own("dead"));
        ProcessTable.Kill(Assert.Single(Masters("dead")));
        await Run("127.0.4.10", "true", Own("dead"));
    }

    [Fact]
    public async Task A_master_that_hangs_is_replaced()
    {
        await Run("127.0.4.11", "true", Own("hung"));
        int master = Assert.Single(Masters("hung"));
        Programs.Run("kill", "-STOP", $"{master}");
        await Run("127.0.4.11", "true", Own("hung"));
        ProcessTable.Kill(master);
    }

    [Fact]
    public async Task A_kept_connection_that_leads_nowhere_any_more_is_replaced_in_time()
    {
        var options = Own("nowhere");
        await using var connector = _server.Connector(options);
        // The sshd of the connection is the parent of the login shell.
        var run = await RunRecord.Of(connector, RemoteCommand.Shell("echo $PPID"), ["127.0.4.33"], new() { ConnectTimeout = null });
        string sshd = run.Output().Trim();
        Programs.Run("kill", "-STOP", sshd);
        await using var second = _server.Connector(o => options(o) with { ReuseTimeout = TimeSpan.FromMilliseconds(100) });
        run = await RunRecord.Of(second, RemoteCommand.Shell("echo $PPID"), ["127.0.4.33"], new() { ConnectTimeout = Patience.Limit });
        Programs.Run("kill", "-KILL", sshd);
        Assert.Equal(HostOutcome.Exited.Success, run.Outcome);
        Assert.NotEqual(sshd, run.Output().Trim());
    }

    [Fact]
    public async Task A_master_killed_while_its_command_runs_loses_it()
    {
        await using var connector = _server.Connector(Own("lost"));
        var command = RemoteCommand.Shell("echo ready; exec sleep 60");
        var run = await RunRecord.Of(connector, command, ["127.0.4.12"], new() { ConnectTimeout = null }, e =>
        {
            if (e is HostEvent.StandardOutput) ProcessTable.Kill(Assert.Single(Masters("lost")));
        });
        Assert.Equal(HostFailure.ConnectionLost, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
    }

    [Fact]
    public async Task A_connection_of_the_users_own_serves_where_no_other_is_let_in()
    {
        string path = _server.PathOf("own.sock");
        Programs.Run("ssh", "-F", _server.ClientConfiguration, "-M", "-N", "-f", "-S", path, "127.0.4.13");
        try
        {
            var run = await Run(
                "127.0.4.13",
                "echo $SSH_CONNECTION",
                o => Own("borrowed")(o) with { Options = ["PubkeyAuthentication=no", $"ControlPath={path}"] });
            string users = Programs.Run("ssh", "-F", _server.ClientConfiguration, "-S", path, "127.0.4.13", "echo $SSH_CONNECTION");
            Assert.Equal(users, run.Output());
            Assert.True(File.Exists(path));
        }
        finally
        {
            Programs.Run("ssh", "-F", _server.ClientConfiguration, "-q", "-S", path, "-O", "exit", "127.0.4.13");
        }
    }

    [Fact]
    public void A_folder_that_others_may_enter_is_not_used()
    {
        var folder = Directory.CreateDirectory(_server.PathOf("open"));
        folder.UnixFileMode |= UnixFileMode.GroupExecute;
        Assert.Contains("0700", Fault(folder.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_a_symbolic_link_is_not_used()
    {
        Directory.CreateDirectory(_server.PathOf("private"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(_server.PathOf("link"), _server.PathOf("private"));
        Assert.Contains("symbolic link", Fault(_server.PathOf("link")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_another_user_is_not_used()
    {
        Programs.NeedRoot("give a folder away");
        Directory.CreateDirectory(_server.PathOf("given"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Programs.Run("chown", "65534", _server.PathOf("given"));
        Assert.Contains("65534", Fault(_server.PathOf("given")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_whose_path_is_too_long_for_sockets_is_not_used() =>
        Assert.Contains("too long", Fault(_server.PathOf(new string('x', 60))), StringComparison.Ordinal);

    private static string Fault(string folder) =>
        Assert.Throws<IOException>(() => new OpenSshConnector(new() { RuntimeFolder = folder })).Message;

    private Func<OpenSshOptions, OpenSshOptions> Own(string folder) => options => options with { RuntimeFolder = _server.PathOf(folder) };

    /// <summary>An ssh whose connections stay until they are told to go, whatever else it was told.</summary>
    private string ThatStays() => _server.Program("", "ssh -o ControlPersist=yes");

    /// <summary>Masters that were told to go have closed their sockets; they may take a moment more to exit.</summary>
    private async Task NoneIsLeft(string folder)
    {
        Assert.Empty(Directory.GetFiles(_server.PathOf(folder), "*.sock"));
        await Patience.UntilAsync(() => Masters(folder).Count == 0);
    }

    /// <summary>The processes that hold connections for a folder of control sockets.</summary>
    private List<int> Masters(string folder) =>
        [.. ProcessTable.With($" {_server.PathOf(folder)}/")
            .Where(id => ProcessTable.Arguments(id).Contains(" -M ", StringComparison.Ordinal))];

    private async Task<RunRecord> Run(string host, string line, Func<OpenSshOptions, OpenSshOptions> change)
    {
        await using var connector = _server.Connector(change);
        var run = await RunRecord.Of(connector, RemoteCommand.Shell(line), [host], new() { ConnectTimeout = null });
        Assert.Equal(HostOutcome.Exited.Success, run.Outcome);
        return run;
    }
}
