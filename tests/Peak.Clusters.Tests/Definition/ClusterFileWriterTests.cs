using System.Diagnostics;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Tests.Definition;

public class ClusterFileWriterTests
{
    [Fact]
    public void The_new_text_takes_the_place_of_the_old_and_nothing_else_stays_behind()
    {
        using var folder = new TemporaryFolder();
        var file = ClusterFile.Load(folder.Write("c", "GROUP:a\nh1\n"));
        file.Add("h2", "a").Replace(file);
        Assert.Equal("GROUP:a\nh1\nh2\n", File.ReadAllText(folder["c"]));
        Assert.Equal([folder["c"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_file_that_has_changed_since_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var file = ClusterFile.Load(folder.Write("c", "a\n"));
        folder.Write("c", "b\n");
        Assert.Throws<ClusterEditException>(() => file.Add("x", "__orphans__").Replace(file));
        Assert.Equal("b\n", File.ReadAllText(folder["c"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Readers_are_not_disturbed_by_edits()
    {
        using var folder = new TemporaryFolder();
        folder.Write("c", "GROUP:a\nh\n");
        using var end = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            do Assert.Equal("a", Cluster.Load(folder["c"], lenient: true).Groups[0].Name);
            while (!end.IsCancellationRequested);
        }, TestContext.Current.CancellationToken);
        for (int i = 0; i < 50; i++)
        {
            var file = ClusterFile.Load(folder["c"]);
            file.Add($"h{i}", "a").Replace(file);
        }

        await end.CancelAsync();
        await reading;
    }

    [Fact]
    public void Mode_and_owner_stay()
    {
        using var folder = new TemporaryFolder();
        var file = ClusterFile.Load(folder.Write("c", "a\n"));
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        File.SetUnixFileMode(folder["c"], mode);
        bool root = Environment.IsPrivilegedProcess && Run("chown", "12345:23456", folder["c"]) == "";
        file.Add("x", "__orphans__").Replace(file);
        Assert.Equal(mode, File.GetUnixFileMode(folder["c"]));
        if (root) Assert.Equal("12345:23456", Run("stat", "-c", "%u:%g", folder["c"]).Trim());
    }

    [Fact]
    public void A_symbolic_link_stays_and_its_target_is_replaced()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["real"]);
        folder.Write("real/c", "a\n");
        File.CreateSymbolicLink(folder["middle"], folder["real/c"]);
        File.CreateSymbolicLink(folder["link"], "middle");
        var file = ClusterFile.Load(folder["link"]);
        file.Add("x", "__orphans__").Replace(file);
        Assert.Equal("middle", new FileInfo(folder["link"]).LinkTarget);
        Assert.Null(new FileInfo(folder["real/c"]).LinkTarget);
        Assert.Equal("a\nx\n", File.ReadAllText(folder["real/c"]));
    }

    [Fact]
    public void Of_many_edits_at_once_none_is_lost()
    {
        using var folder = new TemporaryFolder();
        folder.Write("c", "GROUP:a\n");
        int done = 0;
        Parallel.For(0, 40, i =>
        {
            while (true)
            {
                var file = ClusterFile.Load(folder["c"]);
                try
                {
                    file.Add($"h{i}", "a").Replace(file);
                    Interlocked.Increment(ref done);
                    return;
                }
                catch (ClusterEditException)
                {
                    // Refused, as it should be; read again.
                }
            }
        });
        Assert.Equal(40, done);
        Assert.Equal(40, Cluster.Load(folder["c"], lenient: true).Hosts.Count);
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_whole()
    {
        Programs.NeedRoot("mount a small disk");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["disk"]);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder["disk"]) == "", "No disk can be mounted here.");
        try
        {
            string text = "GROUP:a\n" + string.Concat(Enumerable.Range(0, 4000).Select(i => $"host{i}\n"));
            var file = ClusterFile.Load(folder.Write("disk/c", text));
            Assert.ThrowsAny<IOException>(() => file.Add("x", "a").Replace(file));
            Assert.Equal(text, File.ReadAllText(folder["disk/c"]));
            Assert.Single(Directory.GetFileSystemEntries(folder["disk"]));
        }
        finally
        {
            Run("umount", folder["disk"]);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.Result;
    }
}
