using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Files of this machine to hosts: each whole or not at all.</summary>
public sealed class FileCopyTests : IDisposable
{
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly DateTime Before = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_tree_arrives_on_each_host_as_it_is()
    {
        _folder.Write("here/app/a.conf", "a");
        _folder.Write("here/app/deep/er/b", new string('b', 100_000));
        _folder.Write("here/app/empty", "");
        Directory.CreateDirectory(_folder["here/app/empty folder"]);
        File.SetUnixFileMode(_folder["here/app/a.conf"], Owners | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(_folder["here/app/deep/er"], Owners | UnixFileMode.UserExecute | UnixFileMode.StickyBit);
        File.CreateSymbolicLink(_folder["here/app/link"], "deep/er/b");
        File.CreateSymbolicLink(_folder["here/app/dangling"], "/no/where");
        Tree.Link(_folder["here/app/other"], _folder["here/app/a.conf"]);
        foreach (string path in Directory.GetFileSystemEntries(_folder["here"], "*", SearchOption.AllDirectories).Reverse())
            if (new FileInfo(path).LinkTarget is null) File.SetLastWriteTimeUtc(path, Before);
        var hosts = Hosts();
        var run = await CopyAsync(hosts, ["here/app"], "./", ["web1", "web2", "web3"]);
        Assert.All(run.Outcomes, outcome => Assert.Equal(new HostOutcome.Completed("10 copied (100 kB)"), outcome));
        Assert.All(["web1", "web2", "web3"], host => Assert.Equal(Tree.Describe(_folder["here"]), Tree.Describe(hosts[host])));
        await File.AppendAllTextAsync(hosts["web2", "app/other"], "+", Cancel);
        Assert.Equal("a+", await File.ReadAllTextAsync(hosts["web2", "app/a.conf"], Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_is_the_same_stays_as_it_is()
    {
        _folder.Write("here/app/a", "a");
        _folder.Write("here/app/b/c", "c");
        var hosts = Hosts();
        await CopyAsync(hosts, ["here/app"], "./");
        string before = Tree.Describe(hosts["web1"]);
        await File.WriteAllTextAsync(_folder["here/app/a"], "A", Cancel);
        File.SetLastWriteTimeUtc(_folder["here/app/a"], File.GetLastWriteTimeUtc(hosts["web1", "app/a"]));
        Assert.Equal(new HostOutcome.Completed("unchanged"), (await CopyAsync(hosts, ["here/app"], "./")).Outcome);
        Assert.Equal(before, Tree.Describe(hosts["web1"]));
        File.SetUnixFileMode(_folder["here/app/b/c"], Owners);
        File.SetLastWriteTimeUtc(_folder["here/app/a"], Before);
        Assert.Equal(new HostOutcome.Completed("1 copied (1 B), 1 mode set"), (await CopyAsync(hosts, ["here/app"], "./")).Outcome);
        // The folder that was named, and was there before, has its own time.
        foreach (string app in (string[])[_folder["here/app"], hosts["web1", "app"]]) Directory.SetLastWriteTimeUtc(app, Before);
        Assert.Equal(Tree.Describe(_folder["here"]), Tree.Describe(hosts["web1"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_file_goes_into_a_folder_or_to_a_name_of_its_own()
    {
        _folder.Write("a.conf", "a");
        _folder.Write("b.conf", "b");
        var hosts = Hosts();
        Directory.CreateDirectory(hosts["web1", "etc"]);
        await CopyAsync(hosts, ["a.conf", "b.conf"], "etc/");
        await CopyAsync(hosts, ["a.conf"], hosts["web1", "etc/c.conf"]);
        await CopyAsync(hosts, ["a.conf"], "d.conf");
        Assert.Equal(["a.conf", "b.conf", "c.conf"], Names(hosts["web1", "etc"]));
        Assert.True(File.Exists(hosts["web1", "d.conf"]));
        using var files = FileManifest.Read([_folder["a.conf"], _folder["b.conf"]], Cancel);
        Assert.Throws<ArgumentException>(() => new FileCopy(files, "etc"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_source_keeps_its_whole_path_where_that_is_asked_for()
    {
        _folder.Write("etc/a", "a");
        _folder.Write("srv/b", "b");
        using var files = FileManifest.ReadWithPaths([_folder["etc/a"], _folder["srv"]], Cancel);
        var hosts = Hosts();
        string below = _folder.Path.Trim('/');
        Directory.CreateDirectory(hosts["web1", $"{below}/etc"]);
        var run = await RunRecord.Of(hosts, new FileCopy(files, $"{hosts["web1"]}/"), ["web1"]);
        Assert.Equal(new HostOutcome.Completed("3 copied (2 B)"), run.Outcome);
        Assert.Equal("b", await File.ReadAllTextAsync(hosts["web1", $"{below}/srv/b"], Cancel));
        Directory.Delete(hosts["web1", $"{below}/etc"], recursive: true);
        run = await RunRecord.Of(hosts, new FileCopy(files, $"{hosts["web1"]}/"), ["web1"]);
        Assert.Equal(Failed($"there is no folder '{hosts["web1", $"{below}/etc"]}' on the host"), run.Outcome);
        run = await RunRecord.Of(hosts, new FileCopy(files, $"{hosts["web1"]}/", new() { MakeParents = true }), ["web1"]);
        Assert.Equal(new HostOutcome.Completed("1 copied (1 B)"), run.Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_link_that_stands_in_the_place_is_replaced_and_not_followed()
    {
        _folder.Write("a", "new");
        var hosts = Hosts();
        Directory.CreateDirectory(hosts["web1"]);
        await File.WriteAllTextAsync(hosts["web1", "precious"], "old", Cancel);
        File.CreateSymbolicLink(hosts["web1", "a"], "precious");
        Assert.True((await CopyAsync(hosts, ["a"], "a")).Outcome.Succeeded);
        Assert.Equal(("new", "old"), (File.ReadAllText(hosts["web1", "a"]), File.ReadAllText(hosts["web1", "precious"])));
        Assert.Null(new FileInfo(hosts["web1", "a"]).LinkTarget);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_link_that_stands_in_the_place_is_followed_where_that_is_asked_for()
    {
        _folder.Write("here/a", "new");
        _folder.Write("here/folder/b", "new");
        _folder.Write("here/same", "same");
        File.CreateSymbolicLink(_folder["here/link"], "a");
        var hosts = Hosts();
        await CopyAsync(hosts, ["here/."], "./");
        Directory.CreateDirectory(hosts["web1", "elsewhere/deep"]);
        foreach (string name in (string[])["a", "folder", "same"])
            Programs.Run("mv", hosts["web1", name], hosts["web1", $"elsewhere/deep/{name}"]);
        File.WriteAllText(hosts["web1", "elsewhere/deep/a"], "older");
        File.WriteAllText(hosts["web1", "elsewhere/deep/folder/b"], "older");
        File.CreateSymbolicLink(hosts["web1", "elsewhere/a"], "deep/a");
        File.CreateSymbolicLink(hosts["web1", "a"], "elsewhere/a");
        Directory.CreateSymbolicLink(hosts["web1", "folder"], "elsewhere/deep/folder");
        File.CreateSymbolicLink(hosts["web1", "same"], "elsewhere/deep/same");
        var follow = new FileCopyOptions { FollowLinks = true };
        string real = Programs.Run("realpath", hosts["web1"]).Trim();
        var dry = await CopyAsync(hosts, ["here/."], "./", options: follow with { DryRun = true });
        Assert.Equal($"differs {real}/elsewhere/deep/a\ndiffers ./folder/b\n", dry.Output());
        Assert.Equal(new HostOutcome.Completed("2 copied (6 B)"), (await CopyAsync(hosts, ["here/."], "./", options: follow)).Outcome);
        Assert.Equal("elsewhere/a", new FileInfo(hosts["web1", "a"]).LinkTarget);
        Assert.Equal("elsewhere/deep/folder", new DirectoryInfo(hosts["web1", "folder"]).LinkTarget);
        Assert.Equal("new", await File.ReadAllTextAsync(hosts["web1", "elsewhere/deep/a"], Cancel));
        Assert.Equal("new", await File.ReadAllTextAsync(hosts["web1", "elsewhere/deep/folder/b"], Cancel));
        Assert.Equal(new HostOutcome.Completed("unchanged"), (await CopyAsync(hosts, ["here/."], "./", options: follow)).Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_link_that_leads_to_nothing_or_to_something_else_is_not_followed()
    {
        _folder.Write("a", "new");
        var hosts = Hosts();
        Directory.CreateDirectory(hosts["web1", "folder"]);
        File.CreateSymbolicLink(hosts["web1", "nothing"], "no/where");
        File.CreateSymbolicLink(hosts["web1", "loop"], "loop");
        File.CreateSymbolicLink(hosts["web1", "device"], "/dev/null");
        Directory.CreateSymbolicLink(hosts["web1", "link"], "folder");
        var follow = new FileCopyOptions { FollowLinks = true };
        Assert.Equal(
            Failed("'nothing' is a link on the host that leads to nothing"),
            (await CopyAsync(hosts, ["a"], "nothing", options: follow)).Outcome);
        foreach (string place in (string[])["loop", "device", "link"])
            Assert.IsType<HostOutcome.Failed>((await CopyAsync(hosts, ["a"], place, options: follow)).Outcome);
        Assert.Equal(["device", "folder", "link", "loop", "nothing"], Names(hosts["web1"]));
        Assert.Empty(Names(hosts["web1", "folder"]));
        Assert.Equal(
            new HostOutcome.Completed("1 copied (3 B)"), (await CopyAsync(hosts, ["a"], "link/", options: follow)).Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_folder_is_never_replaced_by_a_file_nor_a_file_by_a_folder_nor_a_device_by_anything()
    {
        _folder.Write("a", "a");
        _folder.Write("folder/b", "b");
        var hosts = Hosts();
        Directory.CreateDirectory(hosts["web1", "a"]);
        await File.WriteAllTextAsync(hosts["web1", "folder"], "old", Cancel);
        Programs.Run("mkfifo", hosts["web1", "fifo"]);
        Assert.Equal(Failed("'a' is a folder on the host; to copy into it, write 'a/'"), (await CopyAsync(hosts, ["a"], "a")).Outcome);
        Assert.Equal(Failed("'./folder' is no folder on the host"), (await CopyAsync(hosts, ["folder"], "./")).Outcome);
        Assert.Equal(Failed("'folder' is no folder on the host"), (await CopyAsync(hosts, ["a"], "folder/")).Outcome);
        Assert.Equal(Failed("'fifo' is a device, a socket or a FIFO on the host"), (await CopyAsync(hosts, ["a"], "fifo")).Outcome);
        Assert.Equal("old", await File.ReadAllTextAsync(hosts["web1", "folder"], Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Folders_above_are_made_only_where_that_is_asked_for()
    {
        _folder.Write("a", "a");
        var hosts = Hosts();
        Assert.Equal(Failed("there is no folder 'x/y' on the host"), (await CopyAsync(hosts, ["a"], "x/y/")).Outcome);
        var parents = new FileCopyOptions { MakeParents = true };
        var dry = await CopyAsync(hosts, ["a"], "x/y/", options: parents with { DryRun = true });
        Assert.Equal(("new x/y/a\n", false), (dry.Output(), Directory.Exists(hosts["web1", "x"])));
        Assert.True((await CopyAsync(hosts, ["a"], "x/y/", options: parents)).Outcome.Succeeded);
        Assert.Equal("a", await File.ReadAllTextAsync(hosts["web1", "x/y/a"], Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_dry_run_says_what_would_change_and_changes_nothing()
    {
        foreach (string name in (string[])["differs", "mode", "new", "same"]) _folder.Write($"here/{name}", name);
        var hosts = Hosts();
        await CopyAsync(hosts, ["here/."], "./");
        File.Delete(hosts["web1", "new"]);
        File.SetLastWriteTimeUtc(hosts["web1", "differs"], Before);
        File.SetUnixFileMode(hosts["web1", "mode"], Owners | UnixFileMode.OtherWrite);
        string before = Tree.Describe(hosts["web1"]);
        var run = await CopyAsync(hosts, ["here/."], "./", options: new() { DryRun = true });
        Assert.Equal("differs ./differs\nmode ./mode\nnew ./new\n", run.Output());
        Assert.Equal(new HostOutcome.Completed("3 would change"), run.Outcome);
        Assert.Equal(before, Tree.Describe(hosts["web1"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_stream_is_a_file_with_the_permissions_of_what_it_replaces()
    {
        byte[] bytes = new byte[200_000];
        new Random(3).NextBytes(bytes);
        using var files = await FileManifest.ReadAsync(new MemoryStream(bytes), "secret", Cancel);
        var hosts = Hosts();
        Directory.CreateDirectory(hosts["web1"]);
        await File.WriteAllTextAsync(hosts["web1", "secret"], "old", Cancel);
        File.SetUnixFileMode(hosts["web1", "secret"], UnixFileMode.UserRead);
        var run = await RunRecord.Of(hosts, new FileCopy(files, "secret"), ["web1", "web2"]);
        Assert.All(run.Outcomes, outcome => Assert.True(outcome.Succeeded));
        Assert.All(["web1", "web2"], host => Assert.Equal(bytes, File.ReadAllBytes(hosts[host, "secret"])));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(hosts["web1", "secret"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Holes_stay_holes()
    {
        await using (var file = File.Create(_folder["sparse"]))
        {
            file.Seek(300L << 20, SeekOrigin.Begin);
            file.Write("data"u8);
            file.SetLength(5L << 30);
        }

        var hosts = Hosts();
        Assert.Equal(new HostOutcome.Completed("1 copied (5.4 GB)"), (await CopyAsync(hosts, ["sparse"], "./")).Outcome);
        Assert.Equal(5L << 30, new FileInfo(hosts["web1", "sparse"]).Length);
        Assert.InRange(int.Parse(Programs.Run("stat", "-c", "%b", hosts["web1", "sparse"]), null), 1, 10_000);
        await using var copy = File.OpenRead(hosts["web1", "sparse"]);
        copy.Seek(300L << 20, SeekOrigin.Begin);
        byte[] data = new byte[5];
        copy.ReadExactly(data);
        Assert.Equal("data\0"u8.ToArray(), data);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Nobody_gets_the_rights_of_another_by_a_copy()
    {
        _folder.Write("program", "#!");
        File.SetUnixFileMode(_folder["program"], (UnixFileMode)0xfff);
        var hosts = Hosts();
        await CopyAsync(hosts, ["program"], "./");
        Assert.Equal((UnixFileMode)0x3ff, File.GetUnixFileMode(hosts["web1", "program"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Names_are_bytes()
    {
        string folder = _folder["odd"];
        string names = "$'caf\\xe9' $'line\\nfeed' -n \"'\" '%h' $'\\x01'";
        Programs.Run("bash", "-c", $"mkdir \"$0\"; cd \"$0\"; for n in {names}; do echo 1 >\"./$n\"; done", folder);
        Assert.SkipUnless(Programs.Run("ls", folder).Contains('\ufffd', StringComparison.Ordinal), "This file system takes no bytes.");
        var hosts = Hosts();
        Assert.True((await CopyAsync(hosts, ["odd"], "./")).Outcome.Succeeded);
        Programs.Run("diff", "-r", folder, hosts["web1", "odd"]);
    }

    [Fact]
    public void What_is_neither_file_nor_folder_is_left_out_and_named()
    {
        _folder.Write("here/a", "a");
        Programs.Run("mkfifo", _folder["here/fifo"]);
        using var files = FileManifest.Read([_folder["here"]], Cancel);
        Assert.Equal([_folder["here/fifo"]], files.Skipped);
        Assert.Equal(["here", "here/a"], files.Entries.Select(e => e.Path));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_it_replaces_is_kept_under_another_name_where_that_is_asked_for()
    {
        _folder.Write("a", "new");
        var hosts = Hosts();
        Directory.CreateDirectory(hosts["web1"]);
        await File.WriteAllTextAsync(hosts["web1", "a"], "older", Cancel);
        await File.WriteAllTextAsync(hosts["web1", "a~"], "oldest", Cancel);
        Assert.True((await CopyAsync(hosts, ["a"], "./", options: new() { BackupSuffix = "~", Durable = true })).Outcome.Succeeded);
        Assert.Equal(("new", "older"), (File.ReadAllText(hosts["web1", "a"]), File.ReadAllText(hosts["web1", "a~"])));
        Assert.Equal(["a", "a~"], Names(hosts["web1"]));
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public async Task A_source_that_changes_meanwhile_is_a_failure_and_the_old_file_stays(int size)
    {
        _folder.Write("a", new string('n', size));
        // Once it is being written, or is about to be: after the greeting, and looking at the folder.
        var hosts = Hosts(stream => new WatchedStream(stream, kind =>
        {
            if (kind == 3) File.AppendAllText(_folder["a"], "more");
        }));
        Directory.CreateDirectory(hosts["web1"]);
        await File.WriteAllTextAsync(hosts["web1", "a"], "old", Cancel);
        var outcome = (await CopyAsync(hosts, ["a"], "./")).Outcome;
        Assert.Equal(Failed($"'{_folder["a"]}' changed while it was copied"), outcome);
        Assert.Equal(["a"], Names(hosts["web1"]));
        Assert.Equal("old", await File.ReadAllTextAsync(hosts["web1", "a"], Cancel));
    }

    [Fact]
    public void A_source_that_is_gone_or_can_t_be_read_is_said_at_once()
    {
        Assert.Equal($"can't read '{_folder["no"]}': No such file or directory", Refused(_folder["no"]));
        Assert.EndsWith("would both be 'a'", Refused(_folder.Write("x/a", ""), _folder.Write("y/a", "")), StringComparison.Ordinal);
        Assert.Contains("has no name of its own", Refused("/"), StringComparison.Ordinal);

        static string Refused(params string[] paths) => Assert.Throws<IOException>(() => FileManifest.Read(paths, Cancel)).Message;
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_server_that_can_t_replace_in_one_step_replaces_nothing()
    {
        _folder.Write("a", "newer");
        _folder.Write("b", "new");
        var hosts = new FolderHosts(_folder["hosts"]) { Arguments = ["-P", "posix-rename,hardlink"] };
        Directory.CreateDirectory(hosts["web1"]);
        await File.WriteAllTextAsync(hosts["web1", "a"], "old", Cancel);
        Assert.True((await CopyAsync(hosts, ["b"], "./")).Outcome.Succeeded);
        Assert.Equal(Failed("the host's SFTP server can't replace './a' in one step"), (await CopyAsync(hosts, ["a"], "./")).Outcome);
        Assert.Equal(("old", "new"), (File.ReadAllText(hosts["web1", "a"]), File.ReadAllText(hosts["web1", "b"])));
        Assert.Equal(["a", "b"], Names(hosts["web1"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Without_links_the_names_of_a_file_are_files()
    {
        _folder.Write("here/a", "1");
        Tree.Link(_folder["here/b"], _folder["here/a"]);
        var hosts = new FolderHosts(_folder["hosts"]) { Arguments = ["-P", "hardlink"] };
        Assert.True((await CopyAsync(hosts, ["here/."], "./")).Outcome.Succeeded);
        Assert.Equal("1", await File.ReadAllTextAsync(hosts["web1", "b"], Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_name_of_a_file_that_was_replaced_is_one_of_the_new_file()
    {
        _folder.Write("here/a", "1");
        Tree.Link(_folder["here/b"], _folder["here/a"]);
        var hosts = Hosts();
        await CopyAsync(hosts, ["here/."], "./");
        await File.WriteAllTextAsync(_folder["here/a"], "22", Cancel);
        await CopyAsync(hosts, ["here/."], "./");
        await File.AppendAllTextAsync(hosts["web1", "a"], "3", Cancel);
        Assert.Equal("223", await File.ReadAllTextAsync(hosts["web1", "b"], Cancel));
        Assert.Equal(["a", "b"], Names(hosts["web1"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_stopped_copy_leaves_the_old_file_and_nothing_else()
    {
        _folder.Write("a", new string('n', 3_000_000));
        using var stop = new CancellationTokenSource();
        var hosts = Hosts(stream => new WatchedStream(stream, kind =>
        {
            if (kind == 6) stop.Cancel();
        }));
        Directory.CreateDirectory(hosts["web1"]);
        await File.WriteAllTextAsync(hosts["web1", "a"], "old", Cancel);
        using var files = FileManifest.Read([_folder["a"]], Cancel);
        var run = await RunRecord.Of(hosts, new FileCopy(files, "./"), ["web1"], stop: stop);
        Assert.Equal(HostOutcome.Canceled.Instance, run.Outcome);
        Assert.Equal("old", await File.ReadAllTextAsync(hosts["web1", "a"], Cancel));
        Assert.Equal(["a"], Names(hosts["web1"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Cut_at_any_message_each_file_is_the_old_or_the_new_one_and_the_next_copy_leaves_nothing_of_it()
    {
        string[] names = ["a", "deep/b", "deep/c", "new/d"];
        foreach (string name in names) _folder.Write($"here/{name}", new string('n', name == "a" ? 70_000 : 10));
        File.CreateSymbolicLink(_folder["here/link"], "a");
        bool complete = false;
        for (int messages = 1; !complete; messages++)
        {
            CutStream? cut = null;
            int left = messages;
            var hosts = Hosts(stream => cut = new CutStream(stream, left));
            if (Directory.Exists(hosts["web1"])) Directory.Delete(hosts["web1"], recursive: true);
            Directory.CreateDirectory(hosts["web1", "deep"]);
            foreach (string name in names.Take(3)) await File.WriteAllTextAsync(hosts["web1", name], "old", Cancel);
            var run = await CopyAsync(hosts, ["here/."], "./");
            complete = !cut!.WasCut;
            Assert.Equal(complete, run.Outcome.Succeeded);
            Assert.True(
                complete || run.Outcome is HostOutcome.Unreachable { Failure: HostFailure.ConnectionLost }, $"{messages}: {run.Outcome}");
            foreach (string name in names)
            {
                string path = hosts["web1", name];
                string text = File.Exists(path) ? await File.ReadAllTextAsync(path, Cancel) : "none";
                if (text != await File.ReadAllTextAsync(_folder[$"here/{name}"], Cancel))
                    Assert.Equal(name == "new/d" ? "none" : "old", text);
            }

            Assert.True((await CopyAsync(Hosts(), ["here/."], "./")).Outcome.Succeeded);
            Assert.Empty(Tree.LeftBehind(hosts["web1"]));
            Assert.Equal(Tree.Describe(_folder["here"]), Tree.Describe(hosts["web1"]));
        }
    }

    [Fact]
    public async Task What_waits_for_room_on_its_way_to_the_host_stays_in_order()
    {
        // More than is ever on its way: a file's mode and time must arrive before it is closed, and those of what is in a folder before
        // the folder's, which lets nobody in.
        for (int i = 0; i < 400; i++)
        {
            string path = _folder.Write($"here/{i % 20}/{i}", new string('x', 30_000));
            File.SetUnixFileMode(path, i % 2 == 0 ? UnixFileMode.UserRead : UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(10_000 + i));
        }

        for (int round = 0; round < 5; round++)
        {
            var hosts = Hosts();
            if (Directory.Exists(hosts["web1"])) Directory.Delete(hosts["web1"], recursive: true);
            Directory.CreateDirectory(hosts["web1"]);
            var run = await CopyAsync(hosts, ["here/."], "./");
            Assert.True(run.Outcome.Succeeded, run.Outcome.ToString());
            Assert.Equal(Tree.Describe(_folder["here"]), Tree.Describe(hosts["web1"]));
        }
    }

    [Fact]
    public void A_name_is_left_behind_once_its_copy_has_ended()
    {
        string name;
        using (var parts = new PartName())
        {
            name = parts.Next();
            Assert.NotEqual(name, parts.Next());
            Assert.False(PartName.IsLeftBehind(name));
        }

        Assert.True(PartName.IsLeftBehind(name));
        string[] words = name.Split('-');
        Assert.False(PartName.IsLeftBehind(string.Join('-', words[0], "00000000", words[2], words[3], words[4])));
        Assert.True(PartName.IsLeftBehind(string.Join('-', words[0], words[1], "4194304.1", words[3], words[4])));
        Assert.False(PartName.IsLeftBehind(".peak-notes"));
        Assert.False(PartName.IsLeftBehind(".peak-a-b-c-d"));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_result_says_how_far_it_came_and_why_not_further()
    {
        Programs.NeedRoot("make a file that can't be replaced");
        _folder.Write("a", "12345");
        using var files = FileManifest.Read([_folder["a"]], Cancel);
        var copy = new FileCopy(files, "/proc/sys/a");
        await RunRecord.Of(Hosts(), copy, ["web1"]);
        var result = copy.ResultOf(0)!;
        Assert.False(result.Succeeded);
        Assert.Equal((0, 0L, "/proc/sys/a"), (result.Copied, result.Bytes, result.FailedPath));
        Assert.Null(copy.ResultOf(1));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Owners_are_kept_by_their_numbers()
    {
        Programs.NeedRoot("give files to others");
        _folder.Write("app/a", "a");
        _folder.Write("app/deep/large", new string('b', 100_000));
        File.CreateSymbolicLink(_folder["app/link"], "/etc/hosts");
        Tree.Link(_folder["app/other"], _folder["app/a"]);
        Programs.Run("chown", "1001:1002", _folder["app"], _folder["app/a"]);
        Programs.Run("chown", "-h", "1003:1004", _folder["app/link"], _folder["app/deep"], _folder["app/deep/large"]);
        var hosts = Hosts();
        var keep = new FileCopyOptions { KeepOwner = true };
        Assert.True((await CopyAsync(hosts, ["app"], "./", options: keep)).Outcome.Succeeded);
        Assert.Equal(OwnersIn(_folder["app"]), OwnersIn(hosts["web1", "app"]));
        Assert.Equal(new HostOutcome.Completed("unchanged"), (await CopyAsync(hosts, ["app"], "./", options: keep)).Outcome);
        string[] others = [hosts["web1", "app/a"], hosts["web1", "app/link"], hosts["web1", "app/deep"]];
        Programs.Run("chown", ["-h", "7:7", .. others]);
        var dry = await CopyAsync(hosts, ["app"], "./", options: keep with { DryRun = true });
        Assert.Equal("differs ./app/a\nowner ./app/deep\ndiffers ./app/link\ndiffers ./app/other\n", dry.Output());
        Assert.Equal(
            new HostOutcome.Completed("3 copied (1 B), 1 owner set"), (await CopyAsync(hosts, ["app"], "./", options: keep)).Outcome);
        Assert.Equal(OwnersIn(_folder["app"]), OwnersIn(hosts["web1", "app"]));
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData("daemon", "1:1")]
    [InlineData("daemon:adm", "1:4")]
    [InlineData("1:54321", "1:54321")]
    [InlineData("1", "1:1")]
    public async Task Copies_belong_to_whom_is_named(string owner, string numbers)
    {
        Programs.NeedRoot("give files to others");
        _folder.Write("app/a", "a");
        var hosts = Hosts();
        Assert.True((await CopyAsync(hosts, ["app"], "./", options: new() { Owner = owner })).Outcome.Succeeded);
        Assert.Equal($"{numbers} .\n{numbers} ./a\n", OwnersIn(hosts["web1", "app"]));
        var again = await CopyAsync(hosts, ["app"], "./", options: new() { Owner = owner });
        Assert.Equal(new HostOutcome.Completed("unchanged"), again.Outcome);
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData("no-such", "the host has no user 'no-such' in /etc/passwd: write its number")]
    [InlineData("daemon:no-such", "the host has no group 'no-such' in /etc/group: write its number")]
    [InlineData("54321", "the host has no user '54321' in /etc/passwd: write USER:GROUP")]
    public async Task To_whom_the_host_does_not_know_nothing_is_copied(string owner, string reason)
    {
        _folder.Write("a", "a");
        var hosts = Hosts();
        Assert.Equal(Failed(reason), (await CopyAsync(hosts, ["a"], "./", options: new() { Owner = owner })).Outcome);
        Assert.Empty(Directory.GetFiles(hosts["web1"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:")]
    [InlineData(":b")]
    [InlineData("a:b:c")]
    [InlineData("a b")]
    public void What_can_be_no_owner_is_refused(string owner) =>
        Assert.Throws<ArgumentException>(() => new FileCopyOptions { Owner = owner });

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Thousands_of_small_files_arrive()
    {
        Directory.CreateDirectory(_folder["many"]);
        for (int i = 0; i < 3000; i++) await File.WriteAllTextAsync(_folder[$"many/{i}"], $"{i}", Cancel);
        var hosts = Hosts();
        Assert.True((await CopyAsync(hosts, ["many"], "./")).Outcome.Succeeded);
        Assert.Equal(Tree.Describe(_folder["many"]), Tree.Describe(hosts["web1", "many"]));
        Assert.Equal(new HostOutcome.Completed("unchanged"), (await CopyAsync(hosts, ["many"], "./")).Outcome);
    }

    public void Dispose()
    {
        // Also names that .NET can't have.
        Programs.Run("rm", "-rf", _folder["odd"], _folder["hosts"]);
        _folder.Dispose();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static HostOutcome.Failed Failed(string reason) => new(reason);

    private static string[] Names(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private FolderHosts Hosts(Func<DuplexStream, DuplexStream>? decorate = null) => new(_folder["hosts"], decorate);

    private static string OwnersIn(string folder) =>
        Programs.Run("sh", "-c", "cd \"$1\" && find . -printf '%U:%G %p\\n' | sort -k2", "sh", folder);

    private async Task<RunRecord> CopyAsync(
        FolderHosts hosts, string[] sources, string destination, string[]? targets = null, FileCopyOptions? options = null)
    {
        using var files = FileManifest.Read(sources.Select(source => _folder[source]), Cancel);
        return await RunRecord.Of(hosts, new FileCopy(files, destination, options), targets ?? ["web1"]);
    }
}
