namespace Peak.Cli.Tests.Run;

/// <summary>The line at the foot of a terminal: it says what goes on or is waited for, and nothing of it is left.</summary>
public sealed class ProgressLineTests : IDisposable
{
    private readonly RunHome _home = new();

    public void Dispose() => _home.Dispose();

    // A command that goes on until there is a file.
    private string Until(string file) => $"until [ -e {_home[file]} ]; do sleep 0.1; done";

    [Fact]
    public void The_batch_and_what_became_of_those_before_are_told()
    {
        using var terminal = _home.Terminal(
            $"peak run -R exec -w 'n[1-3]' --canary 1 --batch 1 --check '{Until("go.$2")}' sh -c '{Until("run.$0")}' %n");
        terminal.Await("canary: 0/3 done, 0 failed, 1 running, ");
        _home.Write("run.0", "");
        terminal.Await("canary: 1/3 done, 0 failed, checking 1, ");
        _home.Write("go.0", "");
        terminal.Await("batch 2/3 (canary ok, 1 check ok): 1/3 done, 0 failed, 1 running, ");
        _home.Write("run.1", "");
        _home.Write("go.1", "");
        terminal.Await("batch 3/3 (canary ok, 2 checks ok): 2/3 done, ");
        _home.Write("run.2", "");
        _home.Write("go.2", "");
        Assert.Matches(@"^peak: 3 hosts in [^\n]+: 3 succeeded\n$", Screen.Of(terminal.End().Out));
    }

    [Fact]
    public void A_pause_is_told_and_so_is_who_is_to_be_tried_again()
    {
        using var terminal = _home.Terminal("peak run -R exec -w 'n[1-2]' --batch 1 --pause 1h true");
        terminal.Await("batch 1/2: 1/2 done, 0 failed, pause of 1 h 0 min, ");
        terminal.InterruptUntil("not started");
        Assert.Equal(130, terminal.End().ExitCode);

        using var shown = _home.Terminal("peak run -R exec -w 'n[1-2]' --retries 9 --retry-commands false 2>&1 >/dev/null");
        shown.Await("0/2 done, 0 failed, 2 to be tried again, ");
        shown.Type(TerminalSession.ControlC);
        shown.End();
    }

    [Fact]
    public void What_is_being_stopped_is_not_told_as_running_and_no_line_is_left()
    {
        using var terminal = _home.Terminal(
            $"stty cols 40; peak run -R exec -w 'n[1-2]' sh -c 'trap \"{Until("over")}; exit\" TERM; echo began; {Until("never")}'");
        terminal.Await("began");
        terminal.Await("began");
        terminal.Await("2 running, ");
        terminal.Type(TerminalSession.ControlC);
        terminal.Await("^C twice within a second stops\r\n");
        terminal.Await("2 running, ");
        terminal.InterruptUntil("stopping 2, ");

        _home.Write("over", "");
        var run = terminal.End();
        Assert.Equal(130, run.ExitCode);
        Assert.DoesNotMatch("0 failed", Screen.Of(run.Out));
    }

    [Fact]
    public void After_the_last_interrupt_no_line_is_left()
    {
        using var terminal = _home.Terminal(
            $"peak run -R exec -w 'n[1-2]' sh -c 'trap \"\" TERM; echo began; {Until("over")}'");
        terminal.Await("began");
        terminal.Await("2 running, ");
        terminal.InterruptUntil("stopping 2, ");

        terminal.Type(TerminalSession.ControlC);
        Assert.DoesNotMatch("0 failed", Screen.Of(terminal.End().Out));
        _home.Write("over", "");
    }

    [Fact]
    public void Nothing_of_it_is_left_behind_a_stop_and_nothing_is_shown_from_the_background()
    {
        using var terminal = _home.Terminal("PS1='$ ' bash --norc --noprofile -i");
        terminal.Await("$ ");
        terminal.Type($"peak run -R exec -w n1 sh -c '{Until("over")}'\n");
        terminal.Await("1 running, ");
        terminal.Type(TerminalSession.ControlZ);
        terminal.Await("Stopped");
        terminal.Type("fg\n");
        terminal.Await("1 running, ");
        terminal.Type(TerminalSession.ControlZ);
        terminal.Await("Stopped");
        terminal.Type($"bg; peak run -R exec -w n1 sh -c '{Until("seen")}'\n");
        terminal.Await("1 running, "); // that of the one in the foreground
        string before = Screen.Of(terminal.Seen);
        Assert.Equal(0, before.Split('\n')[..^1].Count(line => line.Contains("1 running", StringComparison.Ordinal)));
        _home.Write("seen", "");
        _home.Write("over", "");
        terminal.Type("wait; exit\n");
        terminal.End();
    }
}
