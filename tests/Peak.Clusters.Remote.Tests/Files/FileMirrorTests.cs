using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>What is left out of a copy, and what is deleted where a folder is to be a mirror.</summary>
public sealed class FileMirrorTests : IDisposable
{
    private static readonly FileCopyOptions Mirror = new() { DeleteOthers = true };
    private readonly TemporaryFolder _folder = new();
    private readonly FolderHosts _hosts;

    public FileMirrorTests()
    {
        _hosts = new(_folder["hosts"]);
        Directory.CreateDirectory(_hosts["web1", "app"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_a_pattern_matches_is_not_copied()
    {
        foreach (string name in (string[])["a.conf", "a.log", "keep.log", "cache/x", "deep/cache/y", "deep/b.log"])
            _folder.Write($"here/{name}", name);
        await CopyAsync("here/.", "app/", ["*.log", "!keep.log", "/cache"]);
        Assert.Equal(["a.conf", "deep", "deep/cache", "deep/cache/y", "keep.log"], Names("app"));
        await CopyAsync("here", "./", ["*.log", "/here/cache"]);
        Assert.Equal(["a.conf", "deep", "deep/cache", "deep/cache/y"], Names("here"));
    }

    [Fact]
    public void A_source_itself_may_be_left_out_and_all_of_them_not()
    {
        string a = _folder.Write("a", "a"), b = _folder.Write("b", "b");
        using var files = FileManifest.Read([a, b], FileFilter.Parse(["b"]), Cancel);
        Assert.Equal("a", Assert.Single(files.Entries).Path);
        Assert.Equal(
            "all of it is to be left out",
            Assert.Throws<IOException>(() => FileManifest.Read([a], FileFilter.Parse(["*"]), Cancel)).Message);
        using var withPaths = FileManifest.ReadWithPaths([a, b], FileFilter.Parse([a]), Cancel);
        Assert.Equal(b[1..], Assert.Single(withPaths.Entries).Path);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_mirror_has_nothing_that_the_source_has_not()
    {
        _folder.Write("here/a", "a");
        _folder.Write("here/same/b", "b");
        foreach (string name in (string[])["old", ".hidden", "same/old", "gone/deep/er/c", "gone/d", "same/line\nfeed"])
            OnHost($"app/{name}");
        Directory.CreateDirectory(_hosts["web1", "app/empty"]);
        var run = await CopyAsync("here/.", "app/", options: Mirror);
        Assert.Equal(new HostOutcome.Completed("2 copied (2 B), 10 deleted"), run.Outcome);
        Assert.Equal(Tree.Describe(_folder["here"]), Tree.Describe(_hosts["web1", "app"]));
        Assert.Equal(new HostOutcome.Completed("unchanged"), (await CopyAsync("here/.", "app/", options: Mirror)).Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Only_copied_folders_are_mirrors()
    {
        _folder.Write("here/a", "a");
        OnHost("app/other");
        OnHost("app/here/old");
        await CopyAsync("here", "app/", options: Mirror);
        Assert.Equal(["here", "here/a", "other"], Names("app"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task An_empty_source_leaves_an_empty_mirror()
    {
        Directory.CreateDirectory(_folder["here"]);
        OnHost("app/old");
        await CopyAsync("here/.", "app/", options: Mirror);
        Assert.Empty(Names("app"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Links_are_deleted_and_not_followed()
    {
        _folder.Write("here/a", "a");
        OnHost("precious/file");
        File.CreateSymbolicLink(_hosts["web1", "app/file"], "../precious/file");
        Directory.CreateSymbolicLink(_hosts["web1", "app/folder"], "../precious");
        OnHost("app/gone/x");
        Directory.CreateSymbolicLink(_hosts["web1", "app/gone/folder"], "../../precious");
        Assert.True((await CopyAsync("here/.", "app/", options: Mirror)).Outcome.Succeeded);
        Assert.Equal(["a"], Names("app"));
        Assert.Equal(["file"], Names("precious"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_is_left_out_is_not_deleted_nor_is_the_folder_it_is_in()
    {
        _folder.Write("here/a", "a");
        foreach (string name in (string[])["x.log", "old/x.log", "old/y", "cache/z", "gone/cache/z"]) OnHost($"app/{name}");
        var run = await CopyAsync("here/.", "app/", ["*.log", "/cache/"], Mirror);
        Assert.Equal(new HostOutcome.Completed("1 copied (1 B), 4 deleted"), run.Outcome);
        Assert.Equal(["a", "cache", "cache/z", "old", "old/x.log", "x.log"], Names("app"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_the_source_has_and_can_t_be_copied_is_not_deleted()
    {
        _folder.Write("here/a", "a");
        Programs.Run("mkfifo", _folder["here/fifo"]);
        OnHost("app/fifo");
        await CopyAsync("here/.", "app/", options: Mirror);
        Assert.Equal(["a", "fifo"], Names("app"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_another_copy_is_writing_is_not_deleted()
    {
        _folder.Write("here/a", "a");
        using var parts = new PartName();
        string name = parts.Next();
        OnHost($"app/{name}");
        OnHost($"app/gone/{name}");
        await CopyAsync("here/.", "app/", options: Mirror);
        Assert.Equal([name, "a", "gone", $"gone/{name}"], Names("app"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_dry_run_lists_what_would_be_deleted_and_deletes_nothing()
    {
        _folder.Write("here/a", "a");
        OnHost("app/old/b");
        string before = Tree.Describe(_hosts["web1"]);
        var run = await CopyAsync("here/.", "app/", options: Mirror with { DryRun = true });
        Assert.Equal("new app/a\ndelete app/old\ndelete app/old/b\n", run.Output());
        Assert.Equal(before, Tree.Describe(_hosts["web1"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Where_something_can_t_be_copied_nothing_is_deleted()
    {
        _folder.Write("here/a", "a");
        _folder.Write("here/b", "b");
        OnHost("app/b/in the way");
        OnHost("app/old");
        Assert.IsType<HostOutcome.Failed>((await CopyAsync("here/.", "app/", options: Mirror)).Outcome);
        Assert.Equal(["b", "b/in the way", "old"], Names("app"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Cut_at_any_message_nothing_is_missing_that_was_not_to_be_deleted_and_the_next_copy_ends_it()
    {
        _folder.Write("here/a", "new");
        _folder.Write("here/deep/b", "new");
        bool complete = false;
        for (int messages = 1; !complete; messages++)
        {
            CutStream? cut = null;
            int left = messages;
            if (Directory.Exists(_hosts["web1"])) Directory.Delete(_hosts["web1"], recursive: true);
            foreach (string name in (string[])["a", "x.log", "old", "gone/c", "gone/d/e", "gone/d/x.log"]) OnHost($"app/{name}");
            var hosts = new FolderHosts(_folder["hosts"], stream => cut = new CutStream(stream, left));
            await CopyAsync("here/.", "app/", ["*.log"], Mirror, hosts);
            complete = !cut!.WasCut;
            string[] names = Names("app"), surplus = ["old", "gone/c", "gone/d/e"];
            Assert.Superset(new HashSet<string> { "a", "x.log", "gone/d/x.log" }, names.ToHashSet());
            if (!surplus.All(names.Contains)) Assert.Equal("new", await File.ReadAllTextAsync(_hosts["web1", "app/deep/b"], Cancel));
            Assert.True((await CopyAsync("here/.", "app/", ["*.log"], Mirror)).Outcome.Succeeded);
            Assert.Equal(["a", "deep", "deep/b", "gone", "gone/d", "gone/d/x.log", "x.log"], Names("app"));
            Assert.Equal("new", await File.ReadAllTextAsync(_hosts["web1", "app/a"], Cancel));
        }
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Another_file_system_is_not_deleted()
    {
        Programs.NeedRoot("mount");
        _folder.Write("here/a", "a");
        string mount = _hosts["web1", "app/gone/mount"];
        Directory.CreateDirectory(mount);
        Programs.Run("mount", "-t", "tmpfs", "none", mount);
        try
        {
            OnHost("app/gone/mount/precious");
            var outcome = (await CopyAsync("here/.", "app/", options: Mirror)).Outcome;
            Assert.Equal(
                new HostOutcome.Failed("'app/gone/mount' is not in the source, but another file system is mounted there"), outcome);
            Assert.Equal(["gone", "gone/mount", "gone/mount/precious"], Names("app"));
        }
        finally
        {
            Programs.Run("umount", mount);
        }
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Neither_the_root_nor_a_home_is_made_a_mirror()
    {
        _folder.Write("here/a", "a");
        OnHost("old");
        Directory.CreateSymbolicLink(_hosts["web1", "root"], "/");
        var never = Mirror with { DryRun = true }; // should it be possible, it does no harm
        foreach (string root in (string[])["/", "root/", "/tmp/../"])
            Assert.Contains(" is the root on the host", await DescribeAsync(root, never), StringComparison.Ordinal);
        foreach (string home in (string[])["./", "~/", "app/../"])
            Assert.Contains(" is your home on the host", await DescribeAsync(home, Mirror), StringComparison.Ordinal);
        Assert.True(File.Exists(_hosts["web1", "old"]));

        async Task<string> DescribeAsync(string destination, FileCopyOptions options) =>
            (await CopyAsync("here/.", destination, options: options)).Outcome.Describe();
    }

    [Fact]
    public void What_can_t_be_a_mirror_is_refused()
    {
        _folder.Write("here/a", "a");
        _folder.Write("b/c", "b");
        Assert.Equal($"Only folders can be mirrors, and '{_folder["here/a"]}' is none.", Refused("to", Mirror, "here/a"));
        Assert.StartsWith("A mirror of", Refused("to/", Mirror, "here/.", "b"), StringComparison.Ordinal);
        Assert.StartsWith("A mirror follows no links", Refused("to/", Mirror with { FollowLinks = true }, "b"), StringComparison.Ordinal);
        Assert.StartsWith("A mirror has no backups", Refused("to/", Mirror with { BackupSuffix = "~" }, "b"), StringComparison.Ordinal);

        string Refused(string destination, FileCopyOptions options, params string[] sources)
        {
            using var files = FileManifest.Read(sources.Select(source => _folder[source]), Cancel);
            var refused = Assert.Throws<ArgumentException>(() => new FileCopy(files, destination, options));
            return refused.Message.Split(" (Parameter")[0];
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private void OnHost(string name)
    {
        string path = _hosts["web1", name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "older");
    }

    private string[] Names(string folder) =>
    [
        .. new DirectoryInfo(_hosts["web1", folder])
            .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(found => Path.GetRelativePath(_hosts["web1", folder], found.FullName)).Order(StringComparer.Ordinal),
    ];

    private async Task<RunRecord> CopyAsync(
        string source, string destination, string[]? patterns = null, FileCopyOptions? options = null, FolderHosts? hosts = null)
    {
        using var files = FileManifest.Read([_folder[source]], patterns is null ? null : FileFilter.Parse(patterns), Cancel);
        return await RunRecord.Of(hosts ?? _hosts, new FileCopy(files, destination, options), ["web1"]);
    }
}
