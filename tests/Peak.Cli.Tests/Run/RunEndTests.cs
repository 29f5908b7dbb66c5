namespace Peak.Cli.Tests.Run;

/// <summary>How a run ends: exit codes, limits, signals, and what is remembered of it.</summary>
public sealed class RunEndTests : IDisposable
{
    private readonly RunHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(0, "exit 0")]
    [InlineData(1, "exit %n")]
    [InlineData(1, "kill -9 $$")]
    [InlineData(1, "exit 255")]
    public void The_exit_code_tells_whether_all_succeeded(int expected, string script) =>
        Assert.Equal(expected, _home.Exec("-w", "n[1-3]", "sh", "-c", script).ExitCode);

    [Fact]
    public void The_largest_status_if_wanted() => Assert.Equal(7, _home.Exec("-S", "-w", "n[1-8]", "sh", "-c", "exit %n").ExitCode);

    [Fact]
    public void Nothing_to_run_is_an_error() => Assert.Equal(2, _home.Peak("run", "-w", "n1").ExitCode);

    [Fact]
    public void A_program_that_is_not_there_is_said()
    {
        var run = _home.Exec("-w", "n1", "no-such-program");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("no-such-program", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_takes_too_long_is_ended_with_all_it_started()
    {
        var (limit, run) = RunHome.AtTimeLimit(
            limit => _home.Exec(
                "-u", limit, "-w", "n1", "sh", "-c", "sh -c 'echo $$ >pid; echo began; exec sleep 1000' & wait"),
            run => run.Out.Length > 0);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains($"timed out after {limit} s: n1\n", run.Error, StringComparison.Ordinal);
        Assert.False(ProcessTable.AnyRuns(File.ReadAllText(_home["pid"])));
    }

    [Fact]
    public void A_connection_that_is_refused_is_its_own_exit_code()
    {
        var run = _home.Peak("run", "-w", "127.0.0.1", "-p", "1", "true");
        Assert.Equal(3, run.ExitCode);
        Assert.Matches(@"\npeak: 1 host in [\d.]+ s: 1 unreachable\n  unreachable, connection refused: 127\.0\.0\.1\n$", run.Error);
    }

    [Fact]
    public void No_more_are_started_once_too_many_have_failed()
    {
        var run = _home.Exec("-f1", "--max-failures", "1", "-w", "n[1-9]", "sh", "-c", "exit %n");
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            ": 1 succeeded, 2 failed, 6 not started\n  succeeded: n1\n  failed, exit status 1: n2\n"
            + "  failed, exit status 2: n3\n  not started, 2 targets failed: n[4-9] (6)\n",
            run.Error,
            StringComparison.Ordinal);
    }

    private const string SecondFails =
        "case %h in n1 | n3) echo $$ >%h; exec sleep 1000;; esac; until [ -s n1 ] && [ -s n3 ]; do sleep 0.1; done; exit 4";

    [Fact]
    public void Fail_fast_ends_also_those_that_run()
    {
        var run = _home.Exec("-k", "-f3", "-w", "n[1-5]", "sh", "-c", SecondFails);
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            ": 1 failed, 2 stopped, 2 not started\n  failed, exit status 4: n2\n  stopped: n[1,3] (2)\n"
            + "  not started, a target failed: n[4-5] (2)\n",
            run.Error,
            StringComparison.Ordinal);
        Assert.False(ProcessTable.AnyRuns(File.ReadAllText(_home["n1"]) + File.ReadAllText(_home["n3"])));
    }

    [Fact]
    public void Fail_fast_allows_the_failures_that_are_allowed()
    {
        var run = _home.Exec("-k", "--max-failures", "1", "-f3", "-w", "n[1-5]", "sh", "-c", SecondFails);
        Assert.EndsWith(
            ": 2 failed, 2 stopped, 1 not started\n  failed, exit status 4: n[2,4] (2)\n  stopped: n[1,3] (2)\n"
            + "  not started, 2 targets failed: n5\n",
            run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_that_fails_stops_the_rollout()
    {
        var run = _home.Exec("--batch", "2", "--check", "test $1 != n3", "-w", "n[1-9]", "sh", "-c", "echo %h >>ran");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["n1", "n2", "n3", "n4"], File.ReadAllLines(_home["ran"]).Order());
        Assert.Contains("peak: the check failed on n3: exit status 1\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json", 2)]
    [InlineData("--json -b", 1)]
    public void A_check_that_fails_is_in_JSON(string how, int times)
    {
        var run = _home.Bash($"peak run -R exec {how} -w 'n[1-2]' --check 'test $1 = n1' true");
        Assert.Equal(1, run.ExitCode);
        const string Failed = "\"failedCheck\":[{\"outcome\":\"exited\",\"status\":1,\"nodeset\":\"n2\",\"count\":1,\"hosts\":[\"n2\"]}]}";
        Assert.Equal(times, run.Out.Split(Failed).Length - 1);
        if (times == 2) Assert.Contains("{\"event\":\"check-failed\"," + Failed, run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-b")]
    [InlineData("-L")]
    [InlineData("")]
    [InlineData("--json -b")]
    public void Output_that_nobody_takes_does_not_keep_the_prompt_from_whoever_gives_up(string how)
    {
        // The pipe is open, and nobody reads it.
        var run = _home.Bash($$"""
            mkfifo out; exec 3<>out
            peak run -R exec {{how}} -w 'n[1-2]' sh -c 'echo $$ >>ids; exec yes' >out & pid=$!
            until [ -s ids ] && [ $(wc -l <ids) = 2 ]; do :; done
            while kill -TERM $pid 2>/dev/null; do sleep 0.2; done
            wait $pid; echo $?
            """);
        Assert.Equal("143\n", run.Out);
        Patience.Until(() => !ProcessTable.AnyRuns(File.ReadAllText(_home["ids"])));
    }

    [Fact]
    public void A_check_that_fails_after_the_last_batch_is_no_success() =>
        Assert.Equal(1, _home.Exec("--check", "false", "-w", "n1", "true").ExitCode);

    [Fact]
    public void A_canary_that_fails_is_the_only_one()
    {
        var run = _home.Exec("--canary", "1", "-w", "n[1-9]", "false");
        Assert.EndsWith("not started, a canary failed: n[2-9] (8)\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_shows_batches_and_the_command_and_runs_nothing()
    {
        var run = _home.Exec("-n", "--canary", "1", "--batch", "50%", "-w", "n[1-5]", "touch", "it's %h");
        Assert.Equal(
            "canary (1): n1\nbatch 2 (2): n[2-3]\nbatch 3 (2): n[4-5]\nby: exec, 5 at once\ncommand on n1: touch 'it'\\''s n1'\n", run.Out);
        Assert.False(File.Exists(_home["it's n1"]));
    }

    [Fact]
    public void Those_that_failed_can_be_run_on_again()
    {
        _home.Exec("-w", "n[1-5]", "sh", "-c", "test %n -lt 3");
        Assert.Equal("n[4-5]\n", _home.Peak("last", "failed").Out);
        Assert.Equal("n4\nn5\n", _home.Exec("-w", "@last:failed", "-LN", "echo", "%h").Out);
        Assert.Equal("n[4-5]\n", _home.Peak("last", "ok").Out);
        Assert.StartsWith("command: echo %h\n", _home.Peak("last").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_remembered_is_for_the_user_only()
    {
        _home.Exec("-w", "n1", "true");
        string file = Assert.Single(Directory.GetFiles(_home["state/peak/runs"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal("700\n", _home.Bash("stat -c %a state/peak/runs").Out);
        _home.Bash($"mv {file} elsewhere; ln -s $PWD/elsewhere {file}");
        Assert.Equal(2, _home.Peak("last").ExitCode);
    }

    [Fact]
    public void Nothing_remembered_is_said()
    {
        Assert.Equal(1, _home.Peak("last").ExitCode);
        var run = _home.Exec("-w", "@last:failed", "true");
        Assert.Equal((2, "peak: there was no such run before, so there are no groups '@last:…'\n"), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void A_signal_stops_the_hosts_and_says_who_they_are(string signal, int expected)
    {
        var run = _home.Bash($$"""
            set -m; mkfifo ready
            peak run -R exec -f1 -w 'n[1-3]' sh -c 'echo $$ >pid; echo >ready; exec sleep 1000' & pid=$!
            read x <ready; kill -{{signal}} $pid; wait $pid
            """);
        Assert.Equal(expected, run.ExitCode);
        // Bash, too, says that its job has ended.
        Assert.Contains("  stopped: n1\n  not started, the run was stopped: n[2-3] (2)\n", run.Error, StringComparison.Ordinal);
        Assert.False(ProcessTable.AnyRuns(File.ReadAllText(_home["pid"])));
        Assert.Equal("n[2-3]\n", _home.Peak("last", "notrun").Out);
    }

    [Fact]
    public void Signals_that_come_together_are_one()
    {
        // timeout(1) tells the process, and then its group.
        var run = _home.Bash("""
            set -m; mkfifo ready
            peak run -R exec -f1 -w n1 sh -c 'trap "echo >&2 asked; exit" TERM; echo >ready; while :; do sleep 0.1; done' & pid=$!
            read x <ready; kill -TERM $pid; kill -HUP $pid; kill -TERM $pid; wait $pid
            """);
        Assert.Equal(143, run.ExitCode);
        Assert.Contains("n1: asked\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("  stopped: n1\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_the_first_interrupt_only_asks()
    {
        _home.Bash("mkfifo go");
        var run = _home.OnTerminal("""
            set -m
            peak run -R exec -f1 -w 'n[1-3]' sh -c 'echo %h; test %n != 0 || read x <go' & pid=$!
            until grep -q 'n1[:]' log; do sleep 0.05; done
            kill -INT $pid
            until grep -q 'pending[:]' log; do sleep 0.05; done
            echo >go; wait $pid
            """);
        Assert.Contains(
            "0 of 3 done; ^C twice within a second stops\r\n  running: n1\r\n  pending: n[2-3]\r\n", run.Out, StringComparison.Ordinal);
        Assert.All([" n1\r\n", " n2\r\n", " n3\r\n"], line => Assert.Contains(line, run.Out, StringComparison.Ordinal));
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void Twice_within_a_second_stops_and_a_hail_of_them_does_no_more()
    {
        _home.Bash("mkfifo ready");
        // Again and again: what is wrong with a signal that comes in the very last moment is seen one time in four.
        _home.OnTerminal("""
            set -m
            for i in 1 2 3 4 5 6 7 8 9 10; do
                peak run -R exec -f1 -w 'n[1-3]' sh -c 'echo >ready; exec sleep 1000' & pid=$!
                read x <ready; kill -INT $pid; kill -INT $pid; while kill -INT $pid; do :; done 2>/dev/null; wait $pid
                echo "ended with $?" >>ends
            done
            """);
        Assert.Equal("     10 ended with 130\n", _home.Bash("uniq -c ends").Out);
    }
}
