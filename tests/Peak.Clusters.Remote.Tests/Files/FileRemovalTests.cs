using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Files of hosts are removed, and nothing else is.</summary>
public sealed class FileRemovalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_is_named_goes_and_all_else_stays()
    {
        Write("web1/a.log", "b.log", "keep", "logs/deep/er/c", "logs/d", "logs/.hidden");
        var run = await RemoveAsync(["*.log", "~/logs", "not-there"], new() { Recursive = true });
        Assert.Equal(new HostOutcome.Completed("8 removed"), run.Outcome);
        Assert.Equal(["keep"], Names("web1"));
        Assert.Equal(new HostOutcome.Completed("nothing to remove"), (await RemoveAsync(["a.log"])).Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_dry_run_lists_and_removes_nothing()
    {
        Write("web1/a", "folder/b", "folder/deep/c");
        File.CreateSymbolicLink(_folder["web1/link"], "folder");
        Programs.Run("mkfifo", _folder["web1/fifo"]);
        var removal = new FileRemoval(["a", "folder", "folder/b", "link", "fifo", "not-there"], new() { DryRun = true, Recursive = true });
        var run = await RunRecord.Of(Hosts(), removal, ["web1"]);
        Assert.Equal("file a (1 B)\nfolder folder with 3 in it (2 B)\nlink link\nspecial file fifo\n", run.Output());
        Assert.Equal(new HostOutcome.Completed("7 would be removed"), run.Outcome);
        Assert.Equal((7, true), (removal.ResultOf(0)!.Removed, removal.ResultOf(0)!.IsDryRun));
        Assert.Equal(["a", "fifo", "folder", "link"], Names("web1"));
        Assert.True(File.Exists(_folder["web1/folder/deep/c"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Links_are_removed_and_never_followed()
    {
        Write("web1/folder/a");
        Write("precious/b");
        File.CreateSymbolicLink(_folder["web1/folder/out"], _folder["precious"]);
        File.CreateSymbolicLink(_folder["web1/link"], _folder["precious"]);
        File.CreateSymbolicLink(_folder["web1/dangling"], "/no/where");
        Assert.Equal(
            new HostOutcome.Failed("'link' is no folder on the host"),
            (await RemoveAsync(["link/"], new() { Recursive = true })).Outcome);
        Assert.Equal(
            new HostOutcome.Completed("5 removed"),
            (await RemoveAsync(["folder/", "link", "dangling"], new() { Recursive = true })).Outcome);
        Assert.Empty(Names("web1"));
        Assert.Equal(["b"], Names("precious"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_link_that_takes_the_place_of_a_folder_leads_nowhere()
    {
        Write("web1/folder/deep/a", "folder/deep/b");
        Write("precious/a", "b");
        // When the folder has been listed, another replaces it by a link to what has the same names in it.
        string deep = _folder["web1/folder/deep"];
        const byte ReadFolder = 12;
        int listed = 0;
        var hosts = new FolderHosts(_folder.Path, stream => new WatchedStream(stream, kind =>
        {
            if (kind != ReadFolder || Interlocked.Increment(ref listed) != 3) return;
            Directory.Move(deep, _folder["web1/moved"]);
            File.CreateSymbolicLink(deep, _folder["precious"]);
        }));
        var run = await RunRecord.Of(hosts, new FileRemoval(["folder"], new() { Recursive = true }), ["web1"]);
        Assert.Equal(
            new HostOutcome.Failed($"'folder/deep' is no longer the folder it was on the host, but leads to '{_folder["precious"]}'"),
            run.Outcome);
        Assert.Equal(["a", "b"], Names("precious"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Where_one_of_several_is_refused_none_is_removed()
    {
        Write("web1/a", "folder/b");
        Assert.Equal(new HostOutcome.Failed("'folder' is a folder on the host"), (await RemoveAsync(["a", "folder"])).Outcome);
        string home = _folder["web1"];
        Assert.Equal(
            new HostOutcome.Failed($"'{home}' is a home folder on the host, or has it in it"),
            (await RemoveAsync(["a", home], new() { Recursive = true })).Outcome);
        Assert.Equal(
            new HostOutcome.Failed($"'{_folder.Path}' is a home folder on the host, or has it in it"),
            (await RemoveAsync(["a", _folder.Path], new() { Recursive = true })).Outcome);
        foreach (string mounted in (string[])["/proc", "/proc/", "/./proc"])
        {
            var outcome = Assert.IsType<HostOutcome.Failed>((await RemoveAsync(["a", mounted], new() { Recursive = true })).Outcome);
            Assert.EndsWith(" is a mount point on the host", outcome.Reason, StringComparison.Ordinal);
        }

        File.CreateSymbolicLink(_folder["web1/root"], "/");
        Assert.EndsWith(
            "is a mount point on the host",
            Assert.IsType<HostOutcome.Failed>((await RemoveAsync(["a", "root/proc"], new() { Recursive = true })).Outcome).Reason,
            StringComparison.Ordinal);
        Assert.Equal(["a", "folder", "root"], Names("web1"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_folder_with_a_mount_point_in_it_is_refused()
    {
        Programs.NeedRoot("mount a file system");
        Write("web1/folder/a");
        string mounted = Directory.CreateDirectory(_folder["web1/folder/mounted here"]).FullName;
        Programs.Run("mount", "-t", "tmpfs", "-o", "size=64k", "none", mounted);
        try
        {
            Assert.Equal(
                new HostOutcome.Failed($"'folder' has a mount point in it on the host: '{mounted}'"),
                (await RemoveAsync(["folder"], new() { Recursive = true })).Outcome);
        }
        finally
        {
            Programs.Run("umount", mounted);
        }

        Assert.Equal(new HostOutcome.Completed("3 removed"), (await RemoveAsync(["folder"], new() { Recursive = true })).Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_can_not_be_removed_ends_it_and_says_how_much_was()
    {
        Write("web1/a");
        var run = await RemoveAsync(["a", "/proc/version"]);
        Assert.Equal(new HostOutcome.Failed("can't remove '/proc/version': permission denied; 1 removed before"), run.Outcome);
        Assert.Empty(Names("web1"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Thousands_of_files_and_odd_names_go()
    {
        Directory.CreateDirectory(_folder["web1/many/deep"]);
        for (int i = 0; i < 3000; i++) await File.WriteAllTextAsync(_folder[$"web1/many/{(i % 2 == 0 ? "deep/" : "")}{i}"], "", Cancel);
        Programs.Run("sh", "-c", "cd \"$1\" && touch -- '-rf' 'a\nb' '*' \"$(printf '\\351')\"", "sh", _folder["web1/many"]);
        Assert.Equal(new HostOutcome.Completed("3006 removed"), (await RemoveAsync(["many"], new() { Recursive = true })).Outcome);
        Assert.Empty(Names("web1"));
    }

    [Theory]
    [InlineData("", "the name of a file is empty")]
    [InlineData("/", "'/' is not to be removed as a whole")]
    [InlineData("/.", "'/.' is not to be removed as a whole")]
    [InlineData(".", "'.' is not to be removed as a whole")]
    [InlineData("~", "'~' is not to be removed as a whole")]
    [InlineData("~/", "'~/' is not to be removed as a whole")]
    [InlineData("~root", "'~root' is not to be removed as a whole")]
    [InlineData("~root/x", "'~root/x' is in the home folder of another, which is not known here: write the whole path")]
    [InlineData("//", "'//' has an empty name in it, as where a variable is not set")]
    [InlineData("/srv//x", "'/srv//x' has an empty name in it, as where a variable is not set")]
    [InlineData("/srv/../etc", "'/srv/../etc' has a name '..', which has no place here")]
    [InlineData("..", "'..' has a name '..', which has no place here")]
    [InlineData("/*", "'/*' is a pattern of all that there is")]
    [InlineData("/*/x", "'/*/x' is a pattern of all that there is")]
    [InlineData("*", "'*' is a pattern of all that there is")]
    [InlineData("~/*", "'~/*' is a pattern of all that there is")]
    public void What_would_be_everything_is_refused(string path, string why)
    {
        Assert.Equal(why, FileRemoval.WhyRefused(path));
        Assert.Throws<ArgumentException>(() => new FileRemoval(["a", path]));
    }

    [Theory]
    [InlineData("/tmp/*")]
    [InlineData("/srv/")]
    [InlineData("*.log")]
    [InlineData("~/*.log")]
    [InlineData("-rf")]
    [InlineData("a/~")]
    public void What_is_a_part_is_not(string path) => Assert.Null(FileRemoval.WhyRefused(path));

    public void Dispose()
    {
        // Also names that .NET can't have.
        Programs.Run("rm", "-rf", _folder["web1"]);
        _folder.Dispose();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private FolderHosts Hosts() => new(_folder.Path);

    private Task<RunRecord> RemoveAsync(string[] paths, FileRemovalOptions? options = null) =>
        RunRecord.Of(Hosts(), new FileRemoval(paths, options), ["web1"]);

    /// <summary>Makes files that hold their own last letter, in the folder of the first.</summary>
    private void Write(string first, params string[] more)
    {
        string top = first[..first.IndexOf('/', StringComparison.Ordinal)];
        foreach (string path in (string[])[first, .. more.Select(name => $"{top}/{name}")]) _folder.Write(path, path[^1..]);
    }

    private string[] Names(string folder) =>
        [.. Directory.GetFileSystemEntries(_folder[folder]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
