namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>How much a target may print.</summary>
public class OutputLimitTests
{
    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData("exec yes")]
    [InlineData("exec yes >&2")]
    [InlineData("trap '' TERM; yes; sleep 1000")]
    [InlineData("yes | head -n 60000 >&2; exec yes")]
    public async Task Who_prints_more_is_ended_and_what_is_beyond_is_dropped(string command)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("id", "");
        var run = await RunRecord.Local(
            $"echo $$ >{file}; {command}", new() { MaxOutput = 200_000, GracePeriod = TimeSpan.FromMilliseconds(100) });
        Assert.Equal(new HostOutcome.TooMuchOutput(200_000), run.Outcome);
        Assert.Equal(200_000, run.Output().Length + run.Error().Length);
        await ProcessTable.Gone(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Output_of_just_the_limit_is_no_failure()
    {
        var run = await RunRecord.Local("printf 0123; printf 45 >&2", new() { MaxOutput = 6 });
        Assert.Equal((HostOutcome.Exited.Success, "0123", "45"), (run.Outcome, run.Output(), run.Error()));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Who_had_ended_by_then_is_told_all_the_same_for_output_is_missing()
    {
        var run = await RunRecord.Local("printf 0123456", new() { MaxOutput = 6 });
        Assert.Equal((new HostOutcome.TooMuchOutput(6), "012345"), (run.Outcome, run.Output()));
        Assert.Equal("ended at the output limit of 6 bytes", run.Outcome.Describe());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task It_would_print_as_much_again_and_is_not_tried_again()
    {
        var run = await RunRecord.Local(
            "printf 0123", new() { MaxOutput = 0, Rollout = new() { Retries = 2, RetryCommands = true } });
        Assert.Equal((new HostOutcome.TooMuchOutput(0), 1), (run.Outcome, run.Ended[0].Attempts));
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1023, "1023 bytes")]
    [InlineData(1536, "1536 bytes")]
    [InlineData(3 << 20, "3 MiB")]
    [InlineData(1L << 30, "1 GiB")]
    [InlineData(1L << 50, "1024 TiB")]
    public void Sizes_are_said_exactly(long limit, string words) =>
        Assert.EndsWith($" limit of {words}", new HostOutcome.TooMuchOutput(limit).Describe(), StringComparison.Ordinal);
}
