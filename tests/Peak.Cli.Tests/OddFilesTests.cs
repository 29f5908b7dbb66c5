namespace Peak.Cli.Tests;

/// <summary>Files that are no cluster files, or can't be read.</summary>
public class OddFilesTests
{
    [Fact]
    public void A_folder_is_no_cluster_file()
    {
        var run = PeakProcess.Run("hosts", "--cluster", "/tmp");
        Assert.Equal((2, "", "peak: '/tmp' is a folder, not a file\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void A_file_without_permission_is_said()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("secret", "host\n");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(file, UnixFileMode.None);
        // Root may read everything, so someone else reads.
        string who = Environment.IsPrivilegedProcess ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
        string binary = folder["peak"];
        File.Copy(PeakProcess.Binary, binary);
        var run = PeakProcess.Bash($"{who}{binary} hosts --cluster {file}");
        Assert.Equal((2, "", $"peak: can't read '{file}': permission denied\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void An_empty_device_is_an_empty_cluster()
    {
        var run = PeakProcess.Run("hosts", "--cluster", "/dev/null");
        Assert.Equal((0, ""), (run.ExitCode, run.Out));
    }

    [Fact]
    public void A_fifo_is_read_to_its_end() =>
        Assert.Equal("a\nb\n", PeakProcess.Bash("peak hosts @g --cluster <(printf 'GROUP:g\\na\\nb\\n')").Out);

    [Fact]
    public void Standard_input_can_be_named() =>
        Assert.Equal("a\nb\n", PeakProcess.RunWithInput("a\nb", "hosts", "--cluster", "/dev/stdin").Out);

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("sparse")]
    public void A_line_without_end_is_refused_early_and_in_little_memory(string path)
    {
        using var folder = new TemporaryFolder();
        if (path == "sparse")
        {
            using var file = File.Create(path = folder["sparse"]);
            file.SetLength(2L << 30);
        }

        var run = PeakProcess.Bash($"ulimit -d 500000; timeout 60 peak hosts --cluster {path}");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains("longer than 1048576 bytes", run.Error, StringComparison.Ordinal);
    }
}
