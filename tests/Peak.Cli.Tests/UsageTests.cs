namespace Peak.Cli.Tests;

public class UsageTests
{
    public static TheoryData<string> Verbs => [.. ListVerbs()];

    private static IEnumerable<string> ListVerbs() =>
        PeakProcess.Run("--help").Lines
            .SkipWhile(line => line != "Commands:").Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Where(line => line[2] != ' ')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_has_help_with_examples(string verb)
    {
        var run = PeakProcess.Run(verb, "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"  peak {verb} ", run.Out, StringComparison.Ordinal);
        var examples = run.Lines.SkipWhile(line => line != "Examples:").Skip(1).ToArray();
        Assert.NotEmpty(examples);
        Assert.Contains(examples, line => line.Contains($"peak {verb}", StringComparison.Ordinal));
        Assert.Contains("--cluster <FILE>", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("nodeset")]
    [InlineData("check")]
    public void A_link_that_is_called_like_a_verb_is_peak(string name)
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder[name], PeakProcess.Binary);
        var run = PeakProcess.Start(folder[name], ["hosts", "@qux", "--cluster", Checkout.Sample]);
        Assert.Equal((0, "one.baz.com\nfrob.baz.com\n"), (run.ExitCode, string.Join('\n', run.Lines.Order().Reverse()) + "\n"));
        Assert.Contains("peak [command] [options]", PeakProcess.Start(folder[name], ["--help"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_names_arguments_and_does_not_list_what_they_may_be() =>
        Assert.DoesNotContain(
            "PATH", PeakProcess.Run("--help").Out + PeakProcess.Run("properties", "--help").Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("nope")]
    [InlineData("hosts --nope")]
    [InlineData("hosts --cluster")]
    [InlineData("hosts --color sometimes")]
    public void Wrong_usage_exits_2_and_points_to_the_help(string arguments)
    {
        var run = PeakProcess.Bash($"peak {arguments}");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("peak: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("--help'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_one_line() => Assert.Matches(@"^peak \d+\.\d+\.\d+\n$", PeakProcess.Run("--version").Out);

    [Fact]
    public void A_file_called_like_a_group_argument_is_not_read_for_arguments()
    {
        using var folder = new TemporaryFolder();
        folder.Write("odd", "--nope");
        var run = PeakProcess.Bash("peak hosts @odd", folder.Path);
        Assert.Equal("one.baz.com\nthree.baz.com\nfive.baz.com\n", run.Out);
    }
}
