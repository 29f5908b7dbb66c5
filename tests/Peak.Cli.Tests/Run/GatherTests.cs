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
        var run = PeakProcess.RunWithInput("n1: x\njust words\n", "gather", "-L");
        Assert.Equal((1, "n1: x\n", "peak: 1 line has no host and is left out; the first is line 2\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void Every_host_by_itself() =>
        Assert.Equal("n1: x\nn2: x\n", PeakProcess.RunWithInput("n1: x\nn2: x\n", "gather", "-L", "--each").Out);

    [Fact]
    public void How_hosts_differ() =>
        Assert.Equal(
            "---------------\nn[1-2] (2)\n---------------\nx\n--- n[1-2] (2)\n+++ n3\n@@ -1 +1 @@\n-x\n+y\n",
            PeakProcess.RunWithInput("n1: x\nn2: x\nn3: y\n", "gather", "--diff").Out);

    [Fact]
    public void A_separator_of_ones_own() =>
        Assert.Equal("n1: x:y\n", PeakProcess.RunWithInput("n1|x:y\n", "gather", "-L", "--separator", "|").Out);
}
