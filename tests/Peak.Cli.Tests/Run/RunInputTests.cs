namespace Peak.Cli.Tests.Run;

/// <summary><c>--stdin</c>: standard input goes to every host, as it comes.</summary>
public sealed class RunInputTests : IDisposable
{
    private readonly RunHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void What_comes_is_on_the_hosts_at_once()
    {
        // The second line is only written once the first has been printed by both.
        var run = _home.Bash("""
            mkfifo go
            { echo one; read x <go; echo two; } | peak run -q -R exec --stdin -w 'n[1-2]' cat |
              { read a; read b; echo "${a#*: }, ${b#*: }"; echo >go; sed 's/n.: //'; }
            """);
        Assert.Equal("one, one\ntwo\ntwo\n", run.Out);
    }

    [Fact]
    public void Input_without_end_is_read_as_long_as_somebody_reads()
    {
        var run = _home.Bash("mkdir t; yes | peak run -N -q -R exec --stdin -w 'n[1-3]' head -n1; ls -A t", ("TMPDIR", _home["t"]));
        Assert.Equal((0, "y\ny\ny\n"), (run.ExitCode, run.Out));
    }

    [Fact]
    public void A_run_does_not_wait_for_input_that_nobody_reads() =>
        Assert.Equal(0, _home.Bash("mkfifo in; exec 3<>in; peak run -q -R exec --stdin -w 'n[1-3]' true <in").ExitCode);

    [Fact]
    public void The_time_limit_counts_while_input_is_awaited()
    {
        var run = _home.Bash("mkfifo in; exec 3<>in; echo begun >in; peak run -u 0.5 -R exec --stdin -w 'n[1-2]' cat <in");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("  timed out after 0.5 s: n[1-2] (2)\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-f1")]
    [InlineData("--batch 1")]
    [InlineData("--canary 1")]
    public void Hosts_whose_turn_comes_later_read_from_the_beginning(string how)
    {
        var run = _home.Bash($"mkdir t; head -c 20000000 /dev/zero | peak run -qN -R exec {how} --stdin -w 'n[1-3]' wc -c; ls -A t");
        Assert.Equal(["20000000", "20000000", "20000000"], run.Lines);
    }

    [Fact]
    public void A_file_is_read_from_where_it_stands()
    {
        _home.Write("file", "first\nsecond\n");
        Assert.Equal("second\nsecond\n", _home.Bash("{ read x; peak run -qN -R exec --stdin -w 'n[1-2]' cat; } <file").Out);
        Assert.Equal("first\nsecond\nfirst\nsecond\n", _home.Bash("peak run -qN -f1 -R exec --stdin -w 'n[1-2]' cat <file").Out);
    }

    [Fact]
    public void A_folder_is_no_input()
    {
        var run = _home.Bash("peak run -R exec --stdin -w n1 cat <.");
        Assert.Equal((2, "", "peak: standard input is a folder\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void Input_that_can_not_be_read_is_no_empty_one()
    {
        var run = _home.Bash("peak run -R exec --stdin -w n1 cat 0>/dev/full");
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains("failed, its input can't be read: Bad file descriptor: n1\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("peak run -N -q --stdin -R exec -w n1 cat", "n1\r\nn1\r\n")]
    [InlineData("peak run -N -q -R exec -w - echo %h", "n1\r\nn1\r\n")]
    public void A_terminal_as_input_is_only_read(string line, string shown) =>
        Assert.Equal(shown, _home.OnTerminal(line, "n1\n").Out.Replace("^D\b\b", "", StringComparison.Ordinal));
}
