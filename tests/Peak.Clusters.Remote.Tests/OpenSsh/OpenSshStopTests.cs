using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.OpenSsh;
using Peak.Clusters.Remote.OpenSsh.Ending;
using Peak.Clusters.Remote.Tests.Commands;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

/// <summary>What is to end on a host really ends there.</summary>
public class OpenSshStopTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private readonly SshServer _server = fixture.Server;

    private readonly string _sleep = ProcessTable.NewSleep();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_time_limit_ends_all_that_the_command_has_started(bool multiplex)
    {
        await using var connector = _server.Connector(o => o with { Multiplex = multiplex });
        // A child in the background, one in a process group of its own, one that the shell waits for.
        var command = RemoteCommand.Shell($"{_sleep} & timeout 1000 {_sleep} & ({_sleep}; true); echo not reached");
        var run = await PassTime(connector, command, "127.0.5.1", e => e is HostEvent.Started && Patience.Until(() => Left() == 3));
        Assert.IsType<HostOutcome.TimedOut>(run.Outcome);
        Assert.Equal("", run.Output());
        Assert.Equal(0, Left());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_may_clean_up_when_it_is_asked_to_end(bool multiplex)
    {
        using var stop = new CancellationTokenSource();
        await using var connector = _server.Connector(o => o with { Multiplex = multiplex });
        var command = RemoteCommand.Shell($"trap 'echo cleaned up; exit' TERM; echo ready; {_sleep} & wait");
        var run = await RunRecord.Of(connector, command, ["127.0.5.2"], new() { ConnectTimeout = null }, StopWhenReady(stop), stop: stop);
        Assert.Equal(HostOutcome.Canceled.Instance, run.Outcome);
        Assert.Equal("ready\ncleaned up\n", run.Output());
        Assert.Equal(0, Left());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_that_does_not_want_to_end_is_killed(bool multiplex)
    {
        using var stop = new CancellationTokenSource();
        await using var connector = _server.Connector(o => o with { Multiplex = multiplex });
        var command = RemoteCommand.Shell($"trap '' TERM; echo ready; {_sleep}; {_sleep}");
        var options = new RunOptions { ConnectTimeout = null, GracePeriod = TimeSpan.FromSeconds(0.3) };
        var run = await RunRecord.Of(connector, command, ["127.0.5.3"], options, StopWhenReady(stop), stop: stop);
        Assert.Equal(HostOutcome.Canceled.Instance, run.Outcome);
        Assert.Equal(0, Left());
    }

    [Fact]
    public async Task What_takes_no_notice_is_gone_when_the_command_is_said_to_have_ended()
    {
        await using var connector = _server.Connector();
        var command = RemoteCommand.Shell($"(trap '' TERM; exec {_sleep}) >/dev/null 2>&1 </dev/null & wait");
        var run = await PassTime(connector, command, "127.0.5.8", e => e is HostEvent.Started && Patience.Until(() => Left() == 1));
        Assert.IsType<HostOutcome.TimedOut>(run.Outcome);
        Assert.Equal(0, Left());
    }

    [Fact]
    public async Task What_an_earlier_command_left_running_on_purpose_is_not_ended()
    {
        await using var connector = _server.Connector();
        await RunRecord.Of(connector, RemoteCommand.Shell($"{_sleep} >/dev/null 2>&1 &"), ["127.0.5.4"], new() { ConnectTimeout = null });
        Patience.Until(() => Left() == 1);
        var run = await PassTime(connector, RemoteCommand.Shell("echo ready; sleep 1000"), "127.0.5.4", e => e is HostEvent.StandardOutput);
        Assert.IsType<HostOutcome.TimedOut>(run.Outcome);
        Assert.Equal(1, Left());
        EndThoseLeft();
    }

    [Fact]
    public async Task Over_a_connection_of_the_users_own_only_the_command_itself_is_ended()
    {
        // Nobody is let in anew; but there is a connection, over which the user runs something.
        using var server = new SshServer();
        string socket = server.PathOf("own");
        Programs.Run("ssh", "-F", server.ClientConfiguration, "-M", "-N", "-f", "-S", socket, "-o", "ControlPersist=yes", "127.0.5.6");
        try
        {
            string[] theirs = ["-F", server.ClientConfiguration, "-S", socket, "127.0.5.6", "echo runs; read line; exit 7"];
            using var own = Process.Start(
                new ProcessStartInfo("ssh", theirs) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            Assert.Equal("runs", await own.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            File.Delete(server.PathOf("authorized_keys"));
            await using var connector = server.Connector(o => o with { Options = [$"ControlPath={socket}"] });
            var run = await PassTime(
                connector,
                RemoteCommand.Shell($"{_sleep} & {_sleep}"),
                "127.0.5.6",
                e => e is HostEvent.Started && Patience.Until(() => Left() == 2));
            Assert.IsType<HostOutcome.TimedOut>(run.Outcome);
            Assert.Equal(0, Left());
            own.StandardInput.Close();
            await own.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(7, own.ExitCode);
        }
        finally
        {
            Programs.Run("ssh", "-F", server.ClientConfiguration, "-q", "-S", socket, "-O", "exit", "127.0.5.6");
        }
    }

    [Fact]
    public async Task A_command_that_can_not_be_ended_is_told_to_may_still_run()
    {
        // One session for each connection, so none for what ends the command.
        using var server = new SshServer("MaxSessions 1");
        await using var connector = server.Connector();
        var command = RemoteCommand.Shell($"trap '' TERM; echo ready; {_sleep}");
        var run = await PassTime(connector, command, "127.0.5.7", e => e is HostEvent.StandardOutput, TimeSpan.Zero);
        EndThoseLeft();
        Assert.IsType<HostOutcome.MayStillRun>(run.Outcome);
    }

    [Fact]
    public async Task The_connection_of_a_stopped_command_serves_the_next()
    {
        await using var connector = _server.Connector();
        var first = await PassTime(
            connector, RemoteCommand.Shell($"echo $SSH_CONNECTION; {_sleep}"), "127.0.5.5", e => e is HostEvent.StandardOutput);
        Assert.IsType<HostOutcome.TimedOut>(first.Outcome);
        var second = await RunRecord.Of(
            connector, RemoteCommand.Shell("echo $SSH_CONNECTION"), ["127.0.5.5"], new() { ConnectTimeout = null });
        Assert.Equal(first.Output(), second.Output());
    }

    [Theory]
    [MemberData(nameof(Shells.Login), MemberType = typeof(Shells))]
    public async Task Any_login_shell_can_read_what_ends_commands(string shell)
    {
        string mark = Guid.NewGuid().ToString("N");
        using var command = StartMarked(mark);
        var stop = await Shells.RunAsync(Shells.Start(shell, "-c", StopScript.ForMark(mark, null).CommandLine), "TERM\n");
        Assert.Equal((0, $"peak: {command.Id} :\n", 0), (stop.ExitCode, stop.Output, Left()));
        await command.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Shells.Posix), MemberType = typeof(Shells))]
    public async Task Any_shell_of_a_host_can_run_it_with_ps_and_without(string shell)
    {
        foreach (string? path in new[] { Environment.GetEnvironmentVariable("PATH"), WithoutPs() })
        {
            string mark = Guid.NewGuid().ToString("N");
            using var command = StartMarked(mark);
            var start = Shells.Start(shell, "-c", ShellText.Load("stop.sh"), "peak", $"{StopScript.Mark}={mark}", "", "");
            start.Environment["PATH"] = path;
            var stop = await Shells.RunAsync(start, "TERM\n");
            Assert.Equal((0, $"peak: {command.Id} :\n", 0), (stop.ExitCode, stop.Output, Left()));
            await command.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_has_ended_but_is_never_waited_for_does_not_count_as_running(bool ps)
    {
        // The shell turns into a program that knows nothing of its child: so does a container without an init.
        string mark = Guid.NewGuid().ToString("N");
        var orphanage = Shells.Start("sh", "-c", $"{StopScript.Mark}={mark} setsid {_sleep} & echo $!; exec cat");
        using var parent = Process.Start(orphanage)!;
        string child = (await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
        Patience.Until(() => Left() == 1);
        var start = Shells.Start("sh", "-c", StopScript.ForMark(mark, null).CommandLine);
        if (!ps) start.Environment["PATH"] = WithoutPs();
        var stop = await Shells.RunAsync(start, "TERM\n");
        Assert.Equal((0, $"peak: {child} :\n", 0), (stop.ExitCode, stop.Output, Left()));
        string state = await File.ReadAllTextAsync($"/proc/{child}/stat", TestContext.Current.CancellationToken);
        Assert.Contains(" Z ", state, StringComparison.Ordinal);
        parent.StandardInput.Close();
        await parent.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_the_connection_dies_its_host_ends_the_command_and_nothing_else(bool outlives)
    {
        // Its parent is that of all orphans, which the host's watch must never take for the sshd of its connection.
        string bystander = ProcessTable.NewSleep();
        using (var shell = Process.Start(Shells.Start("sh", "-c", $"setsid {bystander} >/dev/null 2>&1 &"))!)
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Patience.Until(() => ProcessTable.Of(bystander).Any());
        await using var connector = _server.Connector();
        var command = RemoteCommand.Shell($"echo $PPID; {_sleep} & exec {_sleep}") with { EndsWithConnection = !outlives };
        var run = await RunRecord.Of(connector, command, ["127.0.5.20"], new() { ConnectTimeout = null }, e =>
        {
            if (e is not HostEvent.StandardOutput said) return;
            int sshd = int.Parse(Encoding.ASCII.GetString(said.Data.Span), CultureInfo.InvariantCulture);
            Patience.Until(() => Left() == 2);
            // A watch that has found the command says nothing any more.
            if (!outlives) Patience.Until(() => ProcessTable.ChildrenOf(sshd).Any(IsSilent));
            ProcessTable.Kill(sshd);
        });
        Assert.Equal(HostFailure.ConnectionLost, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
        if (!outlives) Patience.Until(() => Left() == 0);
        Assert.Equal(outlives ? 2 : 0, Left());
        foreach (int id in ProcessTable.Of(_sleep).ToArray()) ProcessTable.Kill(id);
        ProcessTable.Kill(Assert.Single(ProcessTable.Of(bystander)));
    }

    [Fact]
    public async Task A_watch_leaves_what_a_command_left_that_has_ended_itself()
    {
        string mark = Guid.NewGuid().ToString("N");
        string line = $"{StopScript.Mark}={mark} setsid sh -c '{_sleep} & echo; read x'";
        using var command = Process.Start(Shells.Start("sh", "-c", line))!;
        await command.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        using var watch = Process.Start(Shells.Start("sh", "-c", StopScript.ForMark(mark, null, watches: true).CommandLine))!;
        string? said = await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("peak: ", said, StringComparison.Ordinal);
        command.StandardInput.Close();
        await command.WaitForExitAsync(TestContext.Current.CancellationToken);
        watch.StandardInput.Close();
        await watch.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, 1), (watch.ExitCode, Left()));
        ProcessTable.Kill(Assert.Single(ProcessTable.Of(_sleep)));
    }

    [Theory]
    [InlineData("head -c 70000 /dev/zero | tr '\\0' x; echo peak: 12 :", false)] // a line longer than any of ours
    [InlineData("yes | head -n 100000; printf 'Welcome! peak: 12 :\n'", true)]
    [InlineData("printf 'peak: 12 :'", true)]
    [InlineData("echo peak: :; echo peak: 12 :", false)]
    [InlineData("echo no", false)]
    public async Task A_script_is_ready_when_it_says_so_on_a_line_of_reasonable_length(string says, bool ready)
    {
        await using var stopper = new Stopper.OverSsh("sh", ["-c", says], new("", null));
        Assert.Equal(ready, await stopper.IsReadyAsync(TestContext.Current.CancellationToken));
    }

    private static bool IsSilent(int id) => File.ResolveLinkTarget($"/proc/{id}/fd/2", false)?.FullName == "/dev/null";

    private static Action<RunEvent> StopWhenReady(CancellationTokenSource stop) => e =>
    {
        if (e is HostEvent.StandardOutput) stop.Cancel();
    };

    /// <summary>A PATH with all that the script needs but ps.</summary>
    private string WithoutPs()
    {
        string folder = _server.PathOf("programs");
        Directory.CreateDirectory(folder);
        foreach (string program in new[] { "grep", "sleep" })
            if (!File.Exists(Path.Join(folder, program))) File.CreateSymbolicLink(Path.Join(folder, program), $"/bin/{program}");
        return folder;
    }

    /// <summary>Starts the sleep in a session of its own, and waits until it is there.</summary>
    private Process StartMarked(string mark)
    {
        var process = Process.Start(new ProcessStartInfo("setsid", _sleep.Split(' ')) { Environment = { [StopScript.Mark] = mark } })!;
        Patience.Until(() => Left() == 1);
        return process;
    }

    /// <summary>Runs a command on a host with a time limit that is reached at an event.</summary>
    private static Task<RunRecord> PassTime(
        OpenSshConnector connector, RemoteCommand command, string host, Func<RunEvent, bool> when, TimeSpan? gracePeriod = null)
    {
        var time = new FakeTimeProvider();
        var limit = TimeSpan.FromHours(1);
        bool passed = false;
        return RunRecord.Of(
            connector,
            command,
            [host],
            new() { TimeLimit = limit, GracePeriod = gracePeriod ?? limit },
            e =>
            {
                if (passed || !when(e)) return;
                passed = true;
                time.Advance(limit);
            },
            time: time);
    }

    /// <summary>How many of the sleeps there are.</summary>
    private int Left() => ProcessTable.Of(_sleep).Count();

    private void EndThoseLeft()
    {
        foreach (int id in ProcessTable.Of(_sleep)) ProcessTable.Kill(id);
    }
}
