namespace Peak.Cli.Tests;

/// <summary>What every verb does with standard output and error.</summary>
public class OutputTests
{
    [Fact]
    public void A_reader_that_has_seen_enough_is_success()
    {
        using var folder = new TemporaryFolder();
        string big = folder.Write("big", string.Join('\n', Enumerable.Range(0, 200_000).Select(i => $"node{i}")));
        Assert.Equal("node0\n0 0\n", PeakProcess.Bash($"peak hosts --cluster {big} | head -n 1; echo ${{PIPESTATUS[@]}}").Out);
    }

    [Fact]
    public void A_full_disk_is_said_and_exits_2()
    {
        var run = PeakProcess.Bash("peak hosts > /dev/full");
        Assert.Equal((2, "peak: can't write to standard output: No space left on device\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_closed_output_is_said_and_exits_2() => Assert.Equal(2, PeakProcess.Bash("peak hosts >&-").ExitCode);

    [Fact]
    public void Several_commands_can_share_one_file()
    {
        using var folder = new TemporaryFolder();
        PeakProcess.Bash("(peak groups; peak hosts @qux) > out", folder.Path);
        Assert.Equal("odd\neven\nprime\nqux\nweird\none.baz.com\nfrob.baz.com\n", File.ReadAllText(folder["out"]));
    }

    [Fact]
    public void Names_that_could_drive_a_terminal_are_escaped_on_one()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("evil", "GROUP:g\na\u001b]0;owned\u0007b\nc\u009bd\ne\u202ef\n");
        var run = PeakProcess.RunOnTerminal($"{PeakProcess.Binary} hosts --lenient --cluster {file}");
        Assert.Equal("a^[]0;owned^Gb\r\nc<U+009B>d\r\ne<U+202E>f\r\n", run.Out);
    }

    [Fact]
    public void Names_are_never_altered_for_a_program()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("odd", "GROUP:g\na\u001b]0;b\nnaïve-ñ\n");
        Assert.Equal("a\u001b]0;b\nnaïve-ñ\n", PeakProcess.Run("hosts", "--lenient", "--cluster", file).Out);
    }
}
