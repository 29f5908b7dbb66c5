using Peak.Cli.CommandLine.Options;

namespace Peak.Cli.Tests.CommandLine;

public class OutputOptionsTests
{
    private static OutputSettings Read(string line, bool json = false)
    {
        var options = new OutputOptions();
        return ParsedLine.Of(line, options.AddTo, parse => options.Read(parse, json));
    }

    [Fact]
    public void No_option_is_output_as_it_comes_with_labels() => Assert.Equal(new OutputSettings(), Read(""));

    [Theory]
    [InlineData("-b", "--gather")]
    [InlineData("-L", "--in-order")]
    [InlineData("-N", "--no-labels")]
    [InlineData("-q", "--quiet")]
    [InlineData("-S", "--max-status")]
    public void Short_and_long_names_are_the_same(string letter, string name)
    {
        Assert.Equal(Read(letter), Read(name));
        Assert.NotEqual(Read(""), Read(letter));
    }

    [Fact]
    public void Who_does_not_watch_says_so() => Assert.True(Read("--batch-mode").BatchMode);

    [Fact]
    public void Letters_may_stand_together() =>
        Assert.Equal(
            new OutputSettings { Gather = true, InOrder = true, Labels = false, Quiet = true, MaxStatus = true, MaxOutput = 1L << 30 },
            Read("-bLNqS"));

    [Fact]
    public void Json_is_gathered_or_as_it_comes()
    {
        Assert.Equal(new OutputSettings { Json = true }, Read("", json: true));
        Assert.Equal(new OutputSettings { Json = true, Gather = true, MaxOutput = 1L << 30 }, Read("-b", json: true));
    }

    [Theory]
    [InlineData("", null, 4L << 30)]
    [InlineData("--output-dir out", null, 4L << 30)]
    [InlineData("-b", 1L << 30, 4L << 30)]
    [InlineData("-L", 1L << 30, 4L << 30)]
    [InlineData("--diff --max-output 1.5k --max-kept 20M", 1536L, 20L << 20)]
    [InlineData("--max-output 4096 --max-kept 2T", 4096L, 2L << 40)]
    [InlineData("-b --max-output 0 --max-kept 0", null, long.MaxValue)]
    public void Where_output_is_kept_there_is_a_limit_of_a_host_and_one_of_the_run(string line, long? host, long run)
    {
        var settings = Read(line);
        Assert.Equal((host, run), (settings.MaxOutput, settings.MaxKept));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1GB")]
    [InlineData("99999999T")]
    [InlineData("G")]
    public void A_limit_is_a_size(string size) => ParsedLine.Refused(
        $"--max-output takes a size like 4096, 512K, 20M or 1.5G, not '{size}'.", () => Read($"--max-output={size}"));

    [Fact]
    public void Output_goes_to_a_folder() => Assert.Equal("out", Read("--output-dir out").Folder);

    [Theory]
    [InlineData("--output-dir out -b")]
    [InlineData("--output-dir out -L")]
    [InlineData("--output-dir out --diff")]
    [InlineData("--output-dir out", true)]
    public void Output_that_is_written_into_files_is_not_shown(string line, bool json = false) => ParsedLine.Refused(
        "--output-dir writes files instead of showing output: it goes with none of -b, -L, --diff, --json", () => Read(line, json));

    [Theory]
    [InlineData("-L")]
    [InlineData("--diff")]
    public void Json_has_no_order_and_no_differences(string line) =>
        ParsedLine.Refused("--json goes with -b or with none of -b, -L, --diff", () => Read(line, json: true));

    [Fact]
    public void A_folder_has_a_name() => ParsedLine.Refused("--output-dir needs the name of a folder", () => Read("--output-dir ''"));
}
