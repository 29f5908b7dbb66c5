using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.Connections;

public class ExecConnectorTests
{
    [Fact]
    public async Task Placeholders_are_filled_in_each_argument()
    {
        var command = RemoteCommand.Program("printf", "%%s\\n", "%h", "%n:%h", "%u", "100%%", "%x", "%", "%p");
        var run = await RunRecord.Of(new ExecConnector(), command, ["ann@web1:2222", "ann@web2:2222"]);
        Assert.Equal("web1\n0:web1\nann\n100%\n%x\n%\n2222\n", run.Output(0));
        Assert.Equal("web2\n1:web2\nann\n100%\n%x\n%\n2222\n", run.Output(1));
    }

    [Fact]
    public async Task Without_a_user_it_is_this_one()
    {
        var run = await RunRecord.Of(new ExecConnector(), RemoteCommand.Program("echo", "%u"), ["a"]);
        Assert.Equal(Environment.UserName + "\n", run.Output());
    }

    [Theory]
    [InlineData("a;touch /tmp/owned")]
    [InlineData("$(touch /tmp/owned)")]
    [InlineData("`id`")]
    [InlineData("a b\tc")]
    [InlineData("%h%n")]
    [InlineData("a\nb")]
    [InlineData("'\"\\")]
    [InlineData("ü-ñ-名")]
    public async Task No_shell_sees_a_name(string name)
    {
        var run = await RunRecord.Of(new ExecConnector(), RemoteCommand.Program("printf", "%%s", "<%h>"), [name]);
        Assert.Equal($"<{name}>", run.Output());
    }

    [Theory]
    [InlineData("%h")]
    [InlineData("%h:22")]
    public async Task A_name_never_becomes_an_option(string argument)
    {
        var run = await RunRecord.Of(new ExecConnector(), RemoteCommand.Program("echo", argument), ["-n", "n"]);
        Assert.Equal(NotStartedReason.CannotStart, Assert.IsType<HostOutcome.NotStarted>(run.Ended[0].Outcome).Reason);
        Assert.True(run.Ended[1].Outcome.Succeeded);
    }

    [Fact]
    public async Task A_name_within_an_argument_may_begin_as_it_likes()
    {
        var run = await RunRecord.Of(new ExecConnector(), RemoteCommand.Program("echo", "host=%h"), ["-n"]);
        Assert.Equal("host=-n\n", run.Output());
    }

    [Fact]
    public async Task A_connector_gets_the_command_line_as_one_argument()
    {
        var connector = new ExecConnector("printf", "[%%s]", "%h");
        var run = await RunRecord.Of(connector, RemoteCommand.Program("echo", "%h", "it's"), ["web1"]);
        Assert.Equal(@"[web1][echo %h 'it'\''s']", run.Output());
    }

    [Fact]
    public async Task A_shell_line_finds_the_name_in_a_variable()
    {
        var run = await RunRecord.Of(new ExecConnector(), RemoteCommand.Shell("echo \"$1,$2\" %h"), ["a;b", "$(c)"]);
        Assert.Equal("a;b,0 %h\n", run.Output(0));
        Assert.Equal("$(c),1 %h\n", run.Output(1));
    }
}
