using System.Text.RegularExpressions;

namespace Peak.Cli.Tests.Run;

/// <summary>Somebody sits at a terminal while commands run on hosts, over a real sshd.</summary>
public sealed class RunOnTerminalTests : IClassFixture<SshServerFixture>, IDisposable
{
    private const string Answer = "^C twice within a second stops\r\n";

    private readonly RunHome _home;

    public RunOnTerminalTests(SshServerFixture fixture)
    {
        var server = fixture.Server;
        _home = new(_ => $"Include {server.ClientConfiguration}\n");
        _home.Write("until-go", $"echo began; until [ -e {_home["go"]} ]; do sleep 0.1; done; echo over");
        _home.Write("for-ever", $"set -- $SSH_CONNECTION; sleep 1000 & echo $$ $! >{_home.Path}/pids.$3; echo began; wait");
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public void The_first_interrupt_says_who_runs_and_who_waits_and_the_run_goes_on()
    {
        using var terminal = _home.Terminal("peak run -f2 -w '127.0.0.[2-6]' \"$(<until-go)\"");
        terminal.Await(" began");
        terminal.Await(" began");
        terminal.Type(TerminalSession.ControlC);
        terminal.Await("peak: 0 of 5 done; " + Answer + "  running: 127.0.0.[2-3]\r\n  pending: 127.0.0.[4-6]\r\n");
        _home.Write("go", "");
        var run = terminal.End();
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(5, Regex.Count(run.Out, " over\r\n"));
        Assert.EndsWith(": 5 succeeded\r\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupt_is_obeyed_also_while_a_host_talks_without_end()
    {
        using var terminal = _home.Terminal(
            $"peak run -w '127.0.0.2' 'echo $$ >{_home["pids.1"]}; exec yes' "
            + "| (trap '' INT; head -c 1000000 >/dev/null; echo flows >/dev/tty; exec cat >/dev/null); exit ${PIPESTATUS[0]}");
        terminal.Await("flows");
        terminal.Type(TerminalSession.ControlC);
        terminal.Await("  stopped: 127.0.0.2\r\n");
        Assert.Equal(130, terminal.End().ExitCode);
        Patience.Until(Gone);
    }

    [Fact]
    public void Two_interrupts_within_a_second_end_what_runs_on_the_hosts()
    {
        using var terminal = _home.Terminal("peak run -f2 -w '127.0.0.[2-4]' \"$(<for-ever)\"");
        terminal.Await(" began");
        terminal.Await(" began");
        terminal.InterruptUntil("  stopped: ");
        var run = terminal.End();
        Assert.Equal(130, run.ExitCode);
        Assert.EndsWith(
            ": 2 stopped, 1 not started\r\n  stopped: 127.0.0.[2-3] (2)\r\n  not started, the run was stopped: 127.0.0.4\r\n",
            run.Out,
            StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_home.Path, "pids.*").Length);
        Patience.Until(Gone);
    }

    [Theory]
    [InlineData("peak run --batch-mode -w '127.0.0.[2-3]' \"$(<for-ever)\"")]
    [InlineData("peak run -w '127.0.0.[2-3]' \"$(<for-ever)\" | (trap '' INT; exec cat); exit ${PIPESTATUS[0]}")]
    [InlineData("exec 3>&1; peak run -w '127.0.0.[2-3]' \"$(<for-ever)\" 2> >(trap '' INT; exec cat >&3)")]
    public void Where_nobody_watches_one_interrupt_is_enough(string line)
    {
        using var terminal = _home.Terminal(line);
        terminal.Await(" began");
        terminal.Await(" began");
        terminal.Type(TerminalSession.ControlC);
        terminal.Await("  stopped: 127.0.0.[2-3] (2)\r\n");
        Assert.Equal(130, terminal.End().ExitCode);
        Assert.DoesNotContain(Answer, terminal.Seen, StringComparison.Ordinal);
        Patience.Until(Gone);
    }

    [Fact]
    public void A_terminal_that_is_lost_ends_what_runs_on_the_hosts()
    {
        using var terminal = _home.Terminal("peak run -w '127.0.0.[2-3]' \"$(<for-ever)\"");
        terminal.Await(" began");
        terminal.Await(" began");
        terminal.Lose();
        Patience.Until(Gone);
        Patience.Until(() => Directory.GetFiles(_home["state/peak/runs"], "*.json").Length == 1);
        Assert.Contains(", exit code 129\n", _home.Peak("last").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_for_the_terminal_only_and_is_taken_back()
    {
        using var terminal = _home.Terminal("""
            stty cols 60
            peak run -w '127.0.0.[5-6]' "$(<until-go)" >piped 2>&1 &
            until [ "$(grep -c began piped 2>/dev/null)" = 2 ]; do sleep 0.1; done
            peak run -f2 -w '127.0.0.[2-4]' "$(<until-go)" >out
            status=$?; wait $!; exit $status
            """);
        terminal.Await("0/3 done, 0 failed, 2 running, ");
        terminal.Await("0/3 done, 0 failed, 2 running, ");
        terminal.Await("; slowest: 127.0.0.");
        _home.Write("go", "");
        var run = terminal.End();
        Assert.Equal(0, run.ExitCode);
        Assert.All(Regex.Matches(run.Out, @"\d/3 done, [^\r\n]*"), line => Assert.InRange(line.Length, 0, 59));
        Assert.Matches(@"^peak: 3 hosts in [^ ]+ s: 3 succeeded\n$", Screen.Of(run.Out));
        Assert.DoesNotContain('\e', File.ReadAllText(_home["out"]));
        Assert.DoesNotContain("/", File.ReadAllText(_home["piped"]), StringComparison.Ordinal);
    }

    private bool Gone() => !Directory.EnumerateFiles(_home.Path, "pids.*").Any(file => ProcessTable.AnyRuns(File.ReadAllText(file)));
}
