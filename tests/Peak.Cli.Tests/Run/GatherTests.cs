using System.Text.Json;

namespace Peak.Cli.Tests.Run;

/// <summary><c>peak gather</c>.</summary>
public class GatherTests
{
    [Fact]
    public void Equal_output_once_and_a_colon_stays_a_colon()
    {
        var run = PeakProcess.RunWithInput("n1: a: b\nn2: a: b\nn10: c\nn1: \nn2: \n", "gather");
        Assert.Equal("---------------\nn[1-2] (2)\n---------------\na: b\n\n---------------\nn10\n---------------\nc\n", run.Out);
    }

    [Theory]
    [InlineData("n1: x", "n1", "x")]
    [InlineData("n1:x", "n1", "x")]
    [InlineData("n1:\tx", "n1", "x")]
    [InlineData("n1:  x", "n1", " x")]
    [InlineData("  n1: x", "n1", "x")]
    [InlineData("n1:a b: c", "n1", "a b: c")]
    [InlineData("n1:a: c", "n1", "a: c")]
    [InlineData("fe80::1: x", "fe80::1", "x")]
    [InlineData("fe80::1%eth0: x", "fe80::1%eth0", "x")]
    [InlineData("::1:", "::1", "")]
    [InlineData("n1:", "n1", "")]
    [InlineData("root@web1:2222: x: y", "root@web1:2222", "x: y")]
    [InlineData("[2001:db8::1]:22: x", "[2001:db8::1]:22", "x")]
    [InlineData("n1: 8080: x", "n1", "8080: x")]
    public void A_line_has_a_host_and_a_rest(string line, string host, string rest)
    {
        var run = PeakProcess.RunWithInput(line, "gather", "--json");
        var group = JsonDocument.Parse(run.Out).RootElement.GetProperty("groups")[0];
        Assert.Equal((host, $"{rest}\n"), (group.GetProperty("hosts")[0].GetString(), group.GetProperty("stdout").GetString()));
    }

    [Fact]
    public void A_line_without_a_host_is_said()
    {
        var run = PeakProcess.RunWithInput("n1: x\njust words\n", "gather", "-b", "-L");
        Assert.Equal((1, "n1: x\n", "peak: 1 line has no host and is left out; the first is line 2\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Theory]
    [InlineData("-L", "n1: x\nn2: x\n")]
    [InlineData("-b -L", "n[1-2]: x\n")]
    [InlineData("-L -N", "x\nx\n")]
    [InlineData("-N", "x\n")]
    [InlineData("--each", "---------------\nn1\n---------------\nx\n---------------\nn2\n---------------\nx\n")]
    public void Hosts_are_put_together_or_not(string options, string output) =>
        Assert.Equal(output, PeakProcess.RunWithInput("n2: x\nn1: x\n", ["gather", .. options.Split(' ')]).Out);

    [Theory]
    [InlineData("web[1-3]: a\nweb2: b\n", "web1: a\nweb2: a\nweb2: b\nweb3: a\n")]
    [InlineData("web1,db[1-2]: a\n", "db1: a\ndb2: a\nweb1: a\n")]
    [InlineData("foo[: a\n", "foo[: a\n")]
    [InlineData("foo bar: a\n", "foo bar: a\n")]
    [InlineData("a!b[1-2]: x\n", "a!b[1-2]: x\n")]
    [InlineData("[2001:db8::1]:22: x\n", "[2001:db8::1]:22: x\n")]
    public void A_label_may_be_a_node_set_or_have_white_space(string input, string output) =>
        Assert.Equal(output, PeakProcess.RunWithInput(input, "gather", "-L").Out);

    [Fact]
    public void A_label_of_too_many_hosts_is_an_error()
    {
        var run = PeakProcess.RunWithInput("n1: x\nweb[1-99999999]: a\n", "gather");
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("peak: line 2 names more than 1,000,000 hosts", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-b -L", "n[1-2]: ")]
    [InlineData("-N", "")]
    public void A_line_of_any_length_stays_one_line(string options, string label)
    {
        string text = string.Concat(Enumerable.Repeat("0123456789", 350_000));
        var run = PeakProcess.RunWithInput($"n1: {text}\nn2: {text}\nn1: end\nn2: end", ["gather", .. options.Split(' ')]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True($"{label}{text}\n{label}end\n" == run.Out);
    }

    [Fact]
    public void A_long_line_without_a_host_is_left_out_whole()
    {
        var run = PeakProcess.RunWithInput($"{new string('x', 3 << 20)}: y\nn1: x\n", "gather", "-L");
        Assert.Equal((1, "n1: x\n"), (run.ExitCode, run.Out));
        Assert.Equal("peak: 1 line has no host and is left out; the first is line 1\n", run.Error);
    }

    [Fact]
    public void Where_nothing_differs_diff_prints_nothing() =>
        Assert.Equal((0, ""), (0, PeakProcess.RunWithInput("n1: x\nn2: x\n", "gather", "--diff").Out));

    [Theory]
    [InlineData("CLICOLOR_FORCE=1", true)]
    [InlineData("CLICOLOR_FORCE=0", false)]
    [InlineData("CLICOLOR_FORCE=1 NO_COLOR=1", false)]
    [InlineData("CLICOLOR=1", false)]
    public void Colours_can_be_forced_and_forbidden(string variables, bool colored)
    {
        var run = PeakProcess.Bash($"printf 'n1: x\\n' | {variables} peak gather");
        Assert.Equal(colored, run.Out.Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public void How_hosts_differ() =>
        Assert.Equal(
            "---------------\nn[1-2] (2)\n---------------\nx\n--- n[1-2] (2)\n+++ n3\n@@ -1 +1 @@\n-x\n+y\n",
            PeakProcess.RunWithInput("n1: x\nn2: x\nn3: y\n", "gather", "--diff").Out);

    [Fact]
    public void Outputs_of_very_many_lines_are_not_compared_line_by_line()
    {
        string Lines(string host) => string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{host}: {host} {i}\n"));
        var run = PeakProcess.RunWithInput(
            $"n1: first\nn2: first\n{Lines("n1")}{Lines("n2")}n1: last\nn2: last\n", "gather", "--diff");
        string[] diff = run.Out[run.Out.IndexOf("--- n1", StringComparison.Ordinal)..].Split('\n');
        Assert.Equal(["--- n1", "+++ n2", "@@ -1,30002 +1,30002 @@", " first", "-n1 0", "-n1 1"], diff[..6]);
        Assert.Equal(["-n1 29999", "+n2 0"], diff[30_003..30_005]);
        Assert.Equal(["+n2 29999", " last", ""], diff[^3..]);
    }

    [Fact]
    public void A_separator_of_ones_own() =>
        Assert.Equal("n1: x:y\n", PeakProcess.RunWithInput("n1|x:y\n", "gather", "-L", "--separator", "|").Out);
}
