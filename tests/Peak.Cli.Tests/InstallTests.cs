namespace Peak.Cli.Tests;

public class InstallTests
{
    [Fact]
    public void Binary_and_completions_are_put_in_place()
    {
        using var folder = new TemporaryFolder();
        _ = PeakProcess.Binary;
        var run = PeakProcess.Start(Repository.Path("peak"), ["--install", folder["a b/bin"]]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [folder["a b/bin/peak"], folder["a b/share/bash-completion/completions/peak"], folder["a b/share/zsh/site-functions/_peak"], folder["a b/share/fish/vendor_completions.d/peak.fish"]],
            run.Lines);
        Assert.All(run.Lines, file => Assert.NotEqual(0, new FileInfo(file).Length));
        Assert.Contains("is not in $PATH", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("peak ", PeakProcess.Start(folder["a b/bin/peak"], ["--version"]).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--nope")]
    [InlineData("a", "b")]
    public void Wrong_usage_installs_nothing(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        _ = PeakProcess.Binary;
        Assert.Equal(2, PeakProcess.Start(Repository.Path("peak"), ["--install", .. arguments], folder: folder.Path).ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
