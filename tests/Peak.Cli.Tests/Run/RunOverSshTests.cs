using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Peak.Cli.Tests.Run;

/// <summary>Runs over a real sshd, which is as many hosts as there are addresses in 127.0.0.0/8; on 127.0.0.9 the port refuses.</summary>
public sealed class RunOverSshTests : IClassFixture<SshServerFixture>, IDisposable
{
    // Which address of the host, and which port of ours, the connection has.
    private const string Ends = "set -- $SSH_CONNECTION; echo $3 $2";

    // Bound, so that nobody else gets it; but nobody listens.
    private readonly Socket _refusing = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SshServer _server;
    private readonly RunHome _home;

    public RunOverSshTests(SshServerFixture fixture)
    {
        _server = fixture.Server;
        _refusing.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0));
        _home = new(_ => $"""
            Host 127.0.0.9
              Port {((IPEndPoint)_refusing.LocalEndPoint!).Port}
            Host *
              Include {_server.ClientConfiguration}
            """);
    }

    public void Dispose()
    {
        _home.Dispose();
        _refusing.Dispose();
    }

    [Fact]
    public void Each_host_answers_under_its_name()
    {
        var run = Run("-w", "127.0.0.[2-8]", "set -- $SSH_CONNECTION; echo $3; echo on $3 >&2");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(Enumerable.Range(2, 7).Select(i => $"127.0.0.{i}: 127.0.0.{i}"), run.Lines.Order());
        foreach (int i in Enumerable.Range(2, 7)) Assert.Contains($"127.0.0.{i}: on 127.0.0.{i}\n", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(": 7 succeeded\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--no-multiplex")]
    public void Status_255_is_the_commands_and_no_lost_host(params string[] how)
    {
        var run = Run([.. how, "-w", "127.0.0.[2-4]", "set -- $SSH_CONNECTION; test $3 != 127.0.0.3 || exit 255"]);
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            ": 2 succeeded, 1 failed\n  succeeded: 127.0.0.[2,4] (2)\n  failed, exit status 255: 127.0.0.3\n",
            run.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--no-multiplex")]
    public void A_port_that_refuses_is_no_failure_of_the_command(params string[] how)
    {
        var run = Run([.. how, "-w", "127.0.0.[7-9]", "set -- $SSH_CONNECTION; test $3 != 127.0.0.8 || exit 255"]);
        Assert.Equal(3, run.ExitCode);
        Assert.EndsWith(
            ": 1 succeeded, 1 failed, 1 unreachable\n  succeeded: 127.0.0.7\n  failed, exit status 255: 127.0.0.8\n"
            + "  unreachable, connection refused: 127.0.0.9\n",
            run.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--no-multiplex")]
    public void A_user_who_is_not_let_in_is_its_own_kind(params string[] how)
    {
        var run = Run([.. how, "-l", "nobody", "-w", "127.0.0.2", "echo in"]);
        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.EndsWith("unreachable, permission denied: 127.0.0.2\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Those_that_were_not_reached_can_be_run_on_again()
    {
        Run("-w", "127.0.0.[7-9]", "true");
        Assert.Equal("127.0.0.9\n", _home.Peak("last", "unreachable").Out);
        var again = Run("-w", "@last:unreachable", "true");
        Assert.Equal(3, again.ExitCode);
        Assert.EndsWith(": 1 unreachable\n  unreachable, connection refused: 127.0.0.9\n", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_whose_port_does_not_answer_are_left_out_and_listed()
    {
        var run = Run("--up", "-L", "-w", "127.0.0.[7-9]", "echo up");
        Assert.Equal((0, "127.0.0.7: up\n127.0.0.8: up\n"), (run.ExitCode, run.Out));
        Assert.EndsWith(": 2 succeeded, 1 down\n  down, left out: 127.0.0.9\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_port_answers_nothing_is_run()
    {
        var run = Run("--up", "-w", "127.0.0.9", "echo up");
        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.Equal("peak: none of the 1 hosts is up\n", run.Error);
    }

    [Fact]
    public void Equal_output_is_shown_once()
    {
        var run = Run("-b", "-w", "127.0.0.[2-8]", "echo one; echo two");
        Assert.Equal("-----------------\n127.0.0.[2-8] (7)\n-----------------\none\ntwo\n", run.Out);
    }

    [Fact]
    public void A_second_run_uses_the_connections_of_the_first_until_they_are_closed()
    {
        var first = Run("-L", "-w", "127.0.0.[2-5]", Ends);
        var second = Run("-L", "-w", "127.0.0.[2-5]", Ends);
        Assert.Equal((4, first.Out), (second.Lines.Length, second.Out));
        Assert.Equal(4, Sockets().Length);

        var closed = Run("--disconnect");
        Assert.Equal((0, "peak: 4 connections closed\n"), (closed.ExitCode, closed.Error));
        Assert.Empty(Sockets());
        Assert.Equal("peak: 0 connections closed\n", Run("--disconnect").Error);
        Assert.Empty(Run("-L", "-w", "127.0.0.[2-5]", Ends).Lines.Intersect(first.Lines));
    }

    [Theory]
    [InlineData("--no-persist")]
    [InlineData("--no-multiplex")]
    public void No_connection_is_kept_where_none_is_wanted(string how)
    {
        var run = Run(how, "-L", "-w", "127.0.0.[2-3]", "echo fine");
        Assert.Equal((0, "127.0.0.2: fine\n127.0.0.3: fine\n"), (run.ExitCode, run.Out));
        Assert.Empty(Sockets());
    }

    [Fact]
    public void A_connection_that_passes_on_the_agent_is_not_used_by_who_has_another()
    {
        Programs.Need("ssh-agent", "openssh-client");
        var run = _home.Bash("""
            trap 'kill $agents' EXIT
            for name in one two two; do
                [ -e key.$name ] || ssh-keygen -q -t ed25519 -N '' -C $name -f key.$name
                [ -e $PWD/$name ] || { eval $(ssh-agent -a $PWD/$name); agents="$agents $SSH_AGENT_PID"; ssh-add -q key.$name; } >/dev/null
                peak run -qN -o ForwardAgent=yes -o IdentityAgent=SSH_AUTH_SOCK -w 127.0.0.2 \
                    'ssh-add -L | cut -d " " -f 3; set -- $SSH_CONNECTION; echo $2' || exit
            done
            """);
        Assert.Equal((0, 6), (run.ExitCode, run.Lines.Length));
        Assert.Equal(["one", "two", "two"], [run.Lines[0], run.Lines[2], run.Lines[4]]);
        Assert.Equal(run.Lines[3], run.Lines[5]); // the same connection for the same agent
    }

    [Theory]
    [InlineData]
    [InlineData("--no-multiplex")]
    public void Every_host_gets_standard_input(params string[] how)
    {
        var run = _home.Bash($"seq 100000 | peak run {string.Join(' ', how)} --stdin -b -w '127.0.0.[2-4]' cksum");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["127.0.0.[2-4] (3)", _home.Bash("seq 100000 | cksum").Lines[0]], run.Lines.Where(l => !l.StartsWith('-')));
    }

    [Theory]
    [InlineData]
    [InlineData("--no-multiplex")]
    [InlineData("-f1")]
    public void Every_host_gets_standard_input_as_it_comes_and_no_longer_than_it_reads(params string[] how)
    {
        var run = _home.Bash(
            $"mkfifo in; exec 3<>in; echo one >in; peak run -qN {string.Join(' ', how)} --stdin -w '127.0.0.[2-4]' head -n1 <in");
        Assert.Equal((0, "one\none\none\n"), (run.ExitCode, run.Out));
    }

    [Fact]
    public void A_script_of_this_machine_runs_on_the_hosts()
    {
        _home.Write("script", "#!/bin/bash\nprintf '<%s>' \"$@\" \"$COLOUR\"; cat; exit 7\n");
        var run = Run("-w", "127.0.0.2", "--env", "COLOUR=it's $red", "--script", "script", "a b", "$c");
        Assert.Equal((1, "127.0.0.2: <a b><$c><it's $red>\n"), (run.ExitCode, run.Out));
        Assert.Contains("exit status 7", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_became_of_each_host_is_there_for_programs()
    {
        var run = Run("--json", "-w", "127.0.0.[8-9]", "exit 255");
        Assert.Equal(3, run.ExitCode);
        var ends = run.Lines.Select(line => JsonDocument.Parse(line).RootElement).Where(e => e.GetProperty("event").GetString() == "ended")
            .ToDictionary(e => e.GetProperty("host").GetString()!, e => e.GetProperty("outcome").GetString());
        Assert.Equal(("exited", "unreachable"), (ends["127.0.0.8"], ends["127.0.0.9"]));
    }

    [Fact]
    public void A_reader_that_has_enough_ends_the_run_and_the_command()
    {
        var run = _home.Bash($"peak run -w 127.0.0.2 'echo $$ >{_home["pid"]}; exec yes' | head -1");
        Assert.Equal("127.0.0.2: y\n", run.Out);
        Assert.False(ProcessTable.AnyRuns(File.ReadAllText(_home["pid"])));
    }

    [Fact]
    public void Long_output_arrives_whole()
    {
        var run = _home.Bash("peak run -N -w 127.0.0.2 'seq 1000000' | cksum; seq 1000000 | cksum");
        Assert.Equal(run.Lines[0], run.Lines[1]);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("TERM", 143, "--no-multiplex")]
    public void A_signal_ends_what_runs_on_the_hosts(string signal, int expected, string how = "--persist=60")
    {
        var run = Interrupt(signal, $"{how} -w 127.0.0.[2-3]", waitFor: 2);
        Assert.Equal(expected, run.ExitCode);
        Assert.Contains("  stopped: 127.0.0.[2-3] (2)\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_home.Path, "pids.*").Length);
        NothingRuns();
    }

    [Theory]
    [InlineData("--no-persist")]
    [InlineData("--no-multiplex")]
    public void A_signal_while_hosts_are_being_connected_leaves_nothing_that_began(string how)
    {
        // Some have not been tried then, some are being connected, some have just started the command, some run it.
        var run = Interrupt("TERM", $"{how} -w 127.0.1.[1-40]");
        Assert.Equal(143, run.ExitCode);
        string[] began = [.. Directory.EnumerateFiles(_home.Path, "pids.*").Select(file => Path.GetFileName(file)["pids.".Length..])];
        Assert.NotEmpty(began);
        NothingRuns();
        Assert.Empty(_home.Peak("nodeset", "-S", "\n", "-e", "@last:notrun").Lines.Intersect(began));
    }

    [Fact]
    public void A_command_that_takes_too_long_is_ended_on_the_host()
    {
        var (limit, run) = RunHome.AtTimeLimit(
            limit => Run("-u", limit, "-w", "127.0.0.2", $"echo $$ >{_home["pid"]}; echo began; sleep 1000; echo not reached"),
            run => run.Out.Length > 0);
        Assert.Equal((3, "127.0.0.2: began\n"), (run.ExitCode, run.Out));
        Assert.EndsWith($"timed out after {limit} s: 127.0.0.2\n", run.Error, StringComparison.Ordinal);
        Assert.False(ProcessTable.AnyRuns(File.ReadAllText(_home["pid"])));
    }

    [Fact]
    public void Where_peak_is_killed_hosts_that_watch_end_what_it_started()
    {
        _home.Write("script", "sleep 1000 & sleep 1001 & echo $$ $! $0 >$1; wait");
        var run = _home.Bash("""
            peak run -L --watch -w 127.0.0.2 --script script $PWD/pids.2 & pid=$!
            peak run -L -w 127.0.0.3 --script script $PWD/pids.3 & other=$!
            until [ -s pids.2 ] && [ -s pids.3 ]; do sleep 0.05; done
            set -- $(cat pids.2) $(cat pids.3)
            # The host watches, as soon as the command has taken a while: another child of the sshd of its connection, which says
            # nothing any more when it has found the command.
            leader=$(ps -o sid= -p $1); sshd=$(ps -o ppid= -p $leader)
            until for child in $(cat /proc/${sshd// /}/task/*/children); do readlink /proc/$child/fd/2; done | grep -q '^/dev/null$'; do
                sleep 0.1
            done
            kill -KILL $pid $other
            while kill -0 $1 || kill -0 $2 || [ -e $3 ]; do sleep 0.1; done 2>/dev/null
            kill -0 $4 && kill -0 $5 && [ -e $6 ] && echo goes on
            kill $4 $5
            """);
        Assert.Equal("goes on\n", run.Out);
    }

    // Sends a signal as soon as the command has begun on as many hosts as are waited for.
    private Finished Interrupt(string signal, string options, int waitFor = 1) => _home.Bash($$"""
        set -m; mkfifo ready; exec 3<>ready
        peak run {{options}} \
          'set -- $SSH_CONNECTION; sleep 1000 & echo $$ $! >{{_home.Path}}/pids.$3; echo >{{_home.Path}}/ready; wait' & pid=$!
        for i in {1..{{waitFor}}}; do read x <&3; done; kill -{{signal}} $pid; wait $pid
        """);

    // What has got its signal may still be on its way out.
    private void NothingRuns() => Patience.Until(() =>
        !Directory.EnumerateFiles(_home.Path, "pids.*").Any(file => ProcessTable.AnyRuns(File.ReadAllText(file))));

    private Finished Run(params string[] arguments) => _home.Peak(["run", .. arguments]);

    private string[] Sockets() => Directory.Exists(_home["peak"]) ? Directory.GetFiles(_home["peak"], "*.sock") : [];
}
