using Peak.Cli.CommandLine.Options;

namespace Peak.Cli.Tests.CommandLine;

public class ConnectionOptionsTests
{
    private static ConnectionSettings Read(string line)
    {
        var options = new ConnectionOptions();
        return ParsedLine.Of(line, options.AddTo, options.Read);
    }

    [Fact]
    public void What_is_not_said_is_left_open()
    {
        // Records are equal when their members are, and lists when they are the same list.
        var settings = Read("");
        Assert.Empty(settings.SshOptions);
        Assert.Equal(new ConnectionSettings(), settings with { SshOptions = new ConnectionSettings().SshOptions });
    }

    [Theory]
    [InlineData("-R exec", "exec")]
    [InlineData("--transport=local", "local")]
    [InlineData("-Rssh", "ssh")]
    public void The_transport(string line, string transport) => Assert.Equal(transport, Read(line).Transport);

    [Theory]
    [InlineData("-f 16")]
    [InlineData("-f16")]
    [InlineData("-f=16")]
    [InlineData("--fanout 16")]
    public void The_fan_out(string line) => Assert.Equal(16, Read(line).FanOut);

    [Theory]
    [InlineData("-t 5", 5)]
    [InlineData("--connect-timeout 500ms", 0.5)]
    [InlineData("-t 0", 0)]
    public void The_time_to_connect_may_be_zero(string line, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(line).ConnectTimeout);

    [Theory]
    [InlineData("-u 1.5m", 90d)]
    [InlineData("--timeout 2h", 7200d)]
    [InlineData("-u 0", null)]
    public void No_time_for_commands_is_no_limit(string line, double? seconds) => Assert.Equal(seconds, Read(line).TimeLimit?.TotalSeconds);

    [Fact]
    public void The_user_and_the_port() =>
        Assert.Equal(("root", 2222), (Read("-l root -p 2222").User, Read("--user root --port 2222").Port));

    [Fact]
    public void Options_of_ssh_add_up() =>
        Assert.Equal(["Compression=yes", "-4"], Read("-o Compression=yes --ssh-option=-4").SshOptions);

    [Theory]
    [InlineData("--persist 90s", 90d)]
    [InlineData("--persist 100ms", 1d)]
    [InlineData("--no-persist", 0d)]
    public void Connections_are_kept_for_whole_seconds(string line, double seconds) =>
        Assert.Equal(seconds, Read(line).Persist?.TotalSeconds);

    [Fact]
    public void Connections_are_shared_unless_that_is_unwanted() =>
        Assert.Equal((true, false), (Read("").Multiplex, Read("--no-multiplex").Multiplex));

    [Theory]
    [InlineData("--persist 1m --no-persist", "--persist and --no-persist contradict each other")]
    [InlineData("-p 65536", "-p takes a port from 1 to 65535")]
    [InlineData("-p 0", "-p takes a number from 1, not '0'.")]
    [InlineData("-f 0", "-f takes a number from 1, not '0'.")]
    [InlineData("-f 99999999999", "-f takes a number from 1, not '99999999999'.")]
    [InlineData("-t soon", "-t takes a time like 30, 30s, 1.5m, 2h or 500ms, not 'soon'.")]
    [InlineData("-u 99999d", "-u takes a time like 30, 30s, 1.5m, 2h or 500ms, not '99999d'.")]
    [InlineData("-u -1", "-u takes a time like 30, 30s, 1.5m, 2h or 500ms, not '-1'.")]
    public void What_can_not_be_is_refused(string line, string message) => ParsedLine.Refused(message, () => Read(line));

    [Fact]
    public void There_are_three_transports()
    {
        var failure = Assert.Throws<Peak.Cli.CommandLine.CommandFailure>(() => Read("-R rsh"));
        foreach (string word in (string[])["rsh", "ssh", "exec", "local"])
            Assert.Contains($"'{word}'", failure.Message, StringComparison.Ordinal);
    }
}
