namespace Peak.Cli.Tests;

public class ConsoleCommandTests
{
    private const string Page = """
        Text.
        ```console
        $ one
        1
        $ two <<E
        > 2
        > E
        2

        ```
        ```console no-run
        $ three
        ```
        ```sh
        $ four
        ```
        """;

    [Fact]
    public void Only_plain_console_blocks_have_commands() =>
        Assert.Equal(
            [new ConsoleCommand(3, "one", "1\n"), new ConsoleCommand(5, "two <<E\n2\nE", "2\n\n")],
            ConsoleCommand.AllOf(Page.ReplaceLineEndings("\n")));

    [Theory]
    [InlineData("a\nb", "a\nb\n", true)]
    [InlineData("a\nb", "a\nc\n", false)]
    [InlineData("a\nb", "a\nb\nc\n", false)]
    [InlineData("", "", true)]
    [InlineData("", "a\n", false)]
    [InlineData("a…c", "abc\n", true)]
    [InlineData("a…c", "a\nc\n", false)]
    [InlineData("a\n…\nd", "a\nb\nc\nd", true)]
    [InlineData("a\n…\nd", "a\nd", true)]
    [InlineData("a\n…", "a\nb", true)]
    [InlineData("a\n…\nd", "a\nb\nc", false)]
    [InlineData("a.c", "abc", false)]
    public void An_ellipsis_stands_for_anything(string said, string printed, bool expected) =>
        Assert.Equal(expected, new ConsoleCommand(1, "", said).Expects(printed));
}
