
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Local;

namespace Peak.Clusters.Remote.Tests.Runs;

public class CommandRunnerTests
{
    private static readonly string[] Thousand = [.. Enumerable.Range(0, 1000).Select(i => $"n{i}")];

    [Fact]
    public async Task Output_error_and_status_of_a_command_arrive()
    {
        var run = await RunRecord.Local("echo out; echo err >&2; exit 3");
        Assert.Equal("out\n", run.Output());
        Assert.Equal("err\n", run.Error());
        Assert.Equal(new HostOutcome.Exited(3), run.Outcome);
    }

    [Fact]
    public async Task A_thousand_targets_each_end_once_within_the_fan_out()
    {
        var run = await RunRecord.Of(new ExecConnector(), RemoteCommand.Program("echo", "%n", "%h"), Thousand, new() { FanOut = 20 });
        Assert.All(run.Ended.Values, e => Assert.True(e.Outcome.Succeeded));
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Equal($"{i} n{i}\n", run.Output(i)));
        Assert.Equal(Enumerable.Range(0, 1000), run.StartOrder);
        Assert.InRange(run.MostAtOnce, 1, 20);
    }

    [Fact]
    public async Task No_target_is_no_event()
    {
        var run = await RunRecord.Of(new LocalConnector(), RemoteCommand.Shell("true"), []);
        Assert.Empty(run.Ended);
    }

    [Theory]
    [InlineData("-x; exit 3")]
    [InlineData("+x; exit 3")]
    public async Task A_line_that_begins_as_an_option_does_is_none_of_the_shell_s(string line)
    {
        Assert.Equal(new HostOutcome.Exited(3), (await RunRecord.Local(line)).Outcome);
        Assert.Equal(new HostOutcome.Exited(3), (await RunRecord.Of(new ExecConnector(), RemoteCommand.Shell(line), ["n1"])).Outcome);
    }

    [Fact]
    public async Task A_command_killed_by_a_signal_says_which()
    {
        var run = await RunRecord.Local("kill -SEGV $$");
        Assert.Equal(new HostOutcome.Signaled("SEGV"), run.Outcome);
    }
}
