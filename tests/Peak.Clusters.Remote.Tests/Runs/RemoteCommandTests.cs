namespace Peak.Clusters.Remote.Tests.Runs;

public class RemoteCommandTests
{
    private static readonly string[] Words =
    [
        "", "plain", "a b", "it's", "'", "\"", "\\", "\\\\", "\\'", "'\\''", "a\\", "!", "!!", "!$", "^x^y", "$HOME", "`id`", "$(id)", "~",
        "{a,b}", "*", "#",
        "=ls", "a=b", "%1", "-n", ";", "&", "|", "<", ">", "\t", "ä€😀",
    ];

    [Theory]
    [InlineData("sh")]
    [InlineData("bash")]
    [InlineData("dash")]
    [InlineData("ksh")]
    [InlineData("zsh")]
    [InlineData("csh")]
    [InlineData("tcsh")]
    [InlineData("fish")]
    public void Any_login_shell_reads_quoted_words_as_they_are_however_deep_they_are_quoted(string shell)
    {
        string path = $"/bin/{shell}";
        Assert.SkipUnless(File.Exists(path) || File.Exists(path = $"/usr/bin/{shell}"), $"{shell} is not installed");
        string line = RemoteCommand.Program("printf", ["<%s>", .. Words]).ToCommandLine();
        for (int depth = 0; depth < 3; depth++, line = RemoteCommand.Program("sh", "-c", line).ToCommandLine())
            Assert.Equal(string.Concat(Words.Select(word => $"<{word}>")), Programs.Run(path, "-c", line));
    }

    [Fact]
    public void A_program_that_is_called_like_an_assignment_is_none() =>
        Assert.Equal("'A=b' C=d", RemoteCommand.Program("A=b", "C=d").ToCommandLine());
}
