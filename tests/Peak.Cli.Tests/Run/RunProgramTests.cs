namespace Peak.Cli.Tests.Run;

/// <summary>What is run: scripts, input, environment, sudo.</summary>
public sealed class RunProgramTests : IDisposable
{
    private readonly RunHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_script_gets_its_arguments_as_they_are_and_leaves_nothing()
    {
        _home.Write("script", "#!/bin/bash\nprintf '<%s>' \"$@\"; echo; ls \"$0\" >/dev/null && dirname \"$0\"\n");
        var run = _home.Bash("mkdir t; peak run -N --script script 'a b' \"it's\" '$HOME' ''; ls -A t", ("TMPDIR", _home["t"]));
        Assert.Equal($"<a b><it's><$HOME><>\n{_home["t"]}\n", run.Out);
    }

    [Fact]
    public void A_script_can_be_of_any_interpreter()
    {
        _home.Write("script", "#!/usr/bin/env perl\nprint join('+', @ARGV), \"\\n\"; exit 3;\n");
        var run = _home.Peak("run", "-SN", "--script", "script", "1", "2");
        Assert.Equal((3, "1+2\n"), (run.ExitCode, run.Out));
    }

    [Fact]
    public void A_script_without_a_first_line_is_for_sh()
    {
        _home.Write("script", "echo $1");
        Assert.Equal("x\n", _home.Peak("run", "-N", "--script", "script", "x").Out);
    }

    [Fact]
    public void A_script_that_is_stopped_leaves_nothing_either()
    {
        _home.Write("script", "echo >ready; sleep 1000");
        _home.Bash(
            "mkdir t; mkfifo ready; peak run --script script & pid=$!; read x <ready; kill -TERM $pid; wait $pid",
            ("TMPDIR", _home["t"]));
        Assert.Empty(Directory.EnumerateFiles(_home["t"]));
    }

    [Fact]
    public void Standard_input_goes_to_every_host_if_wanted()
    {
        Assert.Equal("n1: a\nn1: b\nn2: a\nn2: b\n", _home.Bash("printf 'a\\nb\\n' | peak run -q -R exec --stdin -L -w 'n[1-2]' cat").Out);
        Assert.Equal("", _home.Bash("printf 'a\\nb\\n' | peak run -q -R exec -w 'n[1-2]' cat").Out);
        Assert.Equal("left\n", _home.Bash("printf 'left\\n' | { peak run -q -R exec -w n1 cat; cat; }").Out);
    }

    [Fact]
    public void Much_standard_input_goes_to_every_host()
    {
        var run = _home.Bash("head -c 20000000 /dev/zero | peak run -qN -R exec --stdin -w 'n[1-3]' wc -c");
        Assert.Equal(["20000000", "20000000", "20000000"], run.Lines);
    }

    [Fact]
    public void A_script_and_its_input()
    {
        _home.Write("script", "cat; echo $1\n");
        Assert.Equal("input\nx\n", _home.Bash("echo input | peak run -N --stdin --script script x").Out);
    }

    [Fact]
    public void Variables_are_set_as_they_are()
    {
        Assert.Equal("a 'b' $c\n", _home.Peak("run", "-N", "--env", "WORD=a 'b' $c", "printenv", "WORD").Out);
        Assert.Equal(2, _home.Peak("run", "--env", "1=x", "true").ExitCode);
        Assert.Equal(2, _home.Peak("run", "--env", "A;touch x=x", "true").ExitCode);
    }

    [Theory]
    [InlineData("needs")]
    [InlineData("remembers")]
    public void A_password_is_asked_once_and_reaches_sudo_only(string kind)
    {
        FakeSudo(kind);
        var run = Ask(
            "geheim",
            "peak run -N --sudo=app --stdin "
            + "'echo i am \\$SUDO_AS; cat; ps axww | grep -c [g]eheim; env | grep -c [g]eheim; true' <input");
        Assert.Contains("become app: \r\ni am app\r\nthe input\r\n0\r\n0\r\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", run.Out, StringComparison.Ordinal);
        string remembered = File.ReadAllText(Assert.Single(Directory.GetFiles(_home["state/peak/runs"])));
        Assert.DoesNotContain("geheim", remembered, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void A_wrong_password_is_one_attempt()
    {
        FakeSudo("needs");
        var run = Ask("wrong", "peak run -N --sudo 'echo never'");
        Assert.Contains("1 incorrect password attempt\r\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("never\r\n", run.Out, StringComparison.Ordinal);
        Assert.Equal("x\n", File.ReadAllText(_home["attempts"]));
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public void Without_a_terminal_sudo_must_not_need_a_password()
    {
        FakeSudo("needs");
        var run = _home.Bash("export PATH=$PWD:$PATH; setsid -w peak run -N --sudo 'echo never'");
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains("a password is required", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_not_shown_after_a_stop_either()
    {
        FakeSudo("needs");
        using var terminal = _home.Terminal("PATH=$PWD:$PATH exec bash --norc -i");
        terminal.Type("peak run -N --sudo=app 'echo i am $SUDO_AS'\n");
        for (int stops = 0; stops < 2; stops++)
        {
            terminal.Await("become app: ");
            terminal.Type(TerminalSession.ControlZ);
            terminal.Await("Stopped");
            terminal.Type("fg\n");
        }

        terminal.Await("become app: ");
        terminal.Type("geheim\n");
        terminal.Await("i am app\r\n");
        terminal.Type("exit\n");
        Assert.DoesNotContain("geheim", terminal.End().Out, StringComparison.Ordinal);
    }

    // Types a password on a terminal once it is asked for. It stands in no command line of the test's own.
    private Finished Ask(string password, string line)
    {
        _home.Write("typed", $"{password}\n");
        return _home.Bash($$"""
            export PATH=$PWD:$PATH
            { until grep -q become typescript; do sleep 0.05; done; cat typed; tail -f --pid=$$ /dev/null; } 2>/dev/null |
              script -qef typescript -c "{{line}}"
            """, ("SHELL", "/bin/bash"));
    }

    // What sudo does with -n, -S, -p, -u, -v and --: either it reads the password each time, or it remembers it.
    private void FakeSudo(string kind)
    {
        _home.Write("input", "the input\n");
        _home.WriteProgram("sudo", $$"""
            #!/bin/bash
            user=root
            while [ $# -gt 0 ]; do
              case $1 in
                -n) quiet=1 ;; -S) ask=1 ;; -v) check=1 ;; -p) shift ;; -u) shift; user=$1 ;; --) shift; break ;; *) break ;;
              esac; shift
            done
            if [ {{kind}} = needs ] || [ ! -e remembered ]; then
              [ -n "$quiet" ] && { echo 'sudo: a password is required' >&2; exit 1; }
              IFS= read -r password; echo x >>attempts
              [ "$password" = geheim ] || { echo 'sudo: 1 incorrect password attempt' >&2; exit 1; }
              touch remembered
            fi
            [ -n "$check" ] && exit
            SUDO_AS=$user exec "$@"
            """);
    }
}
