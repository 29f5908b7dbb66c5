using Peak.Cli.CommandLine.Options;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Tests.CommandLine;

public class RolloutOptionGroupTests
{
    private static RolloutOptions Read(string line)
    {
        var options = new RolloutOptionGroup();
        return ParsedLine.Of(line, options.AddTo, options.Read);
    }

    [Fact]
    public void No_option_is_no_rollout() => Assert.Equal(new RolloutOptions(), Read(""));

    [Fact]
    public void Every_option_is_read()
    {
        var rollout = Read("--canary 2 --batch 10% --pause 1m --max-failures 3 -k --retries 4 --retry-commands --jitter 500ms");
        Assert.Equal(
            new RolloutOptions
            {
                Canary = 2,
                Batch = CountOrPercent.Percent(10),
                Pause = TimeSpan.FromMinutes(1),
                MaxFailures = CountOrPercent.Count(3),
                FailFast = true,
                Retries = 4,
                RetryCommands = true,
                Jitter = TimeSpan.FromMilliseconds(500),
            },
            rollout);
    }

    [Fact]
    public void A_check_is_a_command_for_the_shell_of_the_hosts() =>
        Assert.Equal("true", Assert.IsType<CommandWork>(Read("--check true").Check).Command.CommandLine);

    [Theory]
    [InlineData("--pause 1m", "--pause is between batches: it needs --batch or --canary")]
    [InlineData("--retry-commands", "--retry-commands needs --retries N")]
    [InlineData("--retry-commands --retries 0", "--retry-commands needs --retries N")]
    [InlineData("--check ''", "--check needs a command")]
    [InlineData("--batch 101%", "--batch takes a number or a percentage, like 5 or 10%, not '101%'.")]
    [InlineData("--max-failures half", "--max-failures takes a number or a percentage, like 5 or 10%, not 'half'.")]
    [InlineData("--canary -1", "--canary takes a number from 0, not '-1'.")]
    public void What_can_not_be_is_refused(string line, string message) => ParsedLine.Refused(message, () => Read(line));

    [Theory]
    [InlineData("--pause 1m --canary 1")]
    [InlineData("--pause 1m --batch 5")]
    [InlineData("--pause 0")]
    public void A_pause_has_something_to_be_between(string line) => Assert.NotNull(Read(line));
}
