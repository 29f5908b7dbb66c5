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
        Assert.Equal(new OutputSettings { Gather = true, InOrder = true, Labels = false, Quiet = true, MaxStatus = true }, Read("-bLNqS"));

    [Fact]
    public void Json_is_gathered_or_as_it_comes()
    {
        Assert.Equal(new OutputSettings { Json = true }, Read("", json: true));
        Assert.Equal(new OutputSettings { Json = true, Gather = true }, Read("-b", json: true));
    }

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
