using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Tests.Runs;
using static Peak.Clusters.Remote.Tests.Files.OddServer;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Files of hosts to this machine. No host is trusted.</summary>
public sealed class FileFetchTests : IDisposable
{
    private const byte Opens = 3, Reads = 5, OpensFolder = 11, ReadsFolder = 12, Stats = 17;
    private static readonly DateTime Before = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Each_host_has_its_folder_with_the_paths_of_its_files()
    {
        foreach (string host in (string[])["web1", "web2"])
        {
            _folder.Write($"hosts/{host}/app/log", $"log of {host}");
            _folder.Write($"hosts/{host}/app/deep/er/a", new string('a', 300_000));
            Directory.CreateDirectory(_folder[$"hosts/{host}/app/empty"]);
            File.CreateSymbolicLink(_folder[$"hosts/{host}/app/link"], "deep/er/a");
            Programs.Run("touch", "-h", "-d", "2001-02-03", _folder[$"hosts/{host}/app/link"]);
            File.SetUnixFileMode(_folder[$"hosts/{host}/app/log"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            File.SetLastWriteTimeUtc(_folder[$"hosts/{host}/app/log"], Before);
            File.SetLastWriteTimeUtc(_folder[$"hosts/{host}/app/deep"], Before);
        }

        var run = await FetchAsync(["app"], ["web1", "web2"]);
        Assert.All(run.Outcomes, outcome => Assert.Equal(new HostOutcome.Completed("3 copied (300 kB)"), outcome));
        foreach (string host in (string[])["web1", "web2"])
            Assert.Equal(Tree.Describe(_folder[$"hosts/{host}/app"]), Tree.Describe(_folder[$"here/{host}/app"]));
        run = await FetchAsync(["app/log", "./app/deep/"], ["web1"]);
        Assert.Equal(new HostOutcome.Completed("unchanged"), run.Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Patterns_are_resolved_without_a_shell()
    {
        foreach (string name in (string[])["log/a1", "log/a2", "log/b1", "log/.a3", "other/a1", "$(touch x)"])
            _folder.Write($"hosts/web1/{name}", name);
        await FetchAsync(["l*/a[0-9]", "o?her/*", "$(touch x)"], ["web1"]);
        Assert.Equal(
            ["$(touch x)", "log/a1", "log/a2", "other/a1"],
            Directory.GetFiles(_folder["here/web1"], "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(_folder["here/web1"], path)).Order(StringComparer.Ordinal));
        var none = await FetchAsync(["log/c*"], ["web1"]);
        Assert.Equal(new HostOutcome.Failed("there is no 'log/c*' on the host"), none.Outcome);
        none = await FetchAsync(["nothing"], ["web1"]);
        Assert.Equal(new HostOutcome.Failed("can't look at 'nothing': no such file or folder"), none.Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task All_in_one_folder_with_the_names_of_hosts()
    {
        foreach (string host in (string[])["web1", "web2"]) _folder.Write($"hosts/{host}/etc/hosts", host);
        await FetchAsync(["etc/hosts"], ["web1", "web2"], new() { Flat = true });
        Assert.Equal(("web1", "web2"), (File.ReadAllText(_folder["here/hosts.web1"]), File.ReadAllText(_folder["here/hosts.web2"])));
        var run = await FetchAsync(["etc"], ["web1"], new() { Flat = true });
        Assert.Equal(new HostOutcome.Failed("'etc' is a folder on the host"), run.Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Two_files_never_become_one()
    {
        foreach (string name in (string[])["a/1/n", "a/2/n", "a/3/other", "b"]) _folder.Write($"hosts/web1/{name}", name);
        _folder.Write("here/n.web1", "old");
        foreach (string[] paths in (string[][])[["b", "a/*/n"], ["b", "a/1/n", "a/2/n"]])
        {
            var run = await FetchAsync(paths, ["web1"], new() { Flat = true });
            Assert.Equal(new HostOutcome.Failed("'a/1/n' and 'a/2/n' would both be 'n.web1'"), run.Outcome);
            Assert.Equal(("old", false), (File.ReadAllText(_folder["here/n.web1"]), File.Exists(_folder["here/b.web1"])));
        }

        var same = await FetchAsync(["a/1/n", "a/[1]/n", "./a//1/n"], ["web1"], new() { Flat = true });
        Assert.Equal((new HostOutcome.Completed("1 copied (5 B)"), "a/1/n"), (same.Outcome, File.ReadAllText(_folder["here/n.web1"])));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_a_pattern_matches_and_can_not_be_fetched_is_left_out_and_named()
    {
        _folder.Write("hosts/web1/run/a", "1");
        _folder.Write("hosts/web1/run/sub/b", "2");
        File.CreateSymbolicLink(_folder["hosts/web1/run/gone"], "nowhere");
        Programs.Run("mkfifo", _folder["hosts/web1/run/fifo"]);
        var run = await FetchAsync(["run/*"], ["web1"]);
        Assert.Equal(new HostOutcome.Completed("2 copied (2 B)"), run.Outcome);
        Assert.Equal("left out: run/fifo (no file and no folder)\nleft out: run/gone (leads to nothing)\n", run.Error());
        run = await FetchAsync(["run/*"], ["web1"], new() { Flat = true });
        Assert.True(run.Outcome.Succeeded);
        Assert.EndsWith("left out: run/sub (a folder)\n", run.Error(), StringComparison.Ordinal);
        run = await FetchAsync(["run/fifo"], ["web1"]);
        Assert.Equal(new HostOutcome.Failed("'run/fifo' is no file and no folder on the host"), run.Outcome);
        run = await FetchAsync(["run/*/c"], ["web1"]);
        Assert.Equal((new HostOutcome.Failed("there is no 'run/*/c' on the host"), ""), (run.Outcome, run.Error()));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_is_missing_keeps_nothing_else_from_being_fetched()
    {
        _folder.Write("hosts/web1/a", "1");
        _folder.Write("hosts/web1/b", "2");
        var run = await FetchAsync(["a", "x", "y*", "b"], ["web1"]);
        Assert.Equal(new HostOutcome.Failed("can't look at 'x': no such file or folder"), run.Outcome);
        Assert.Equal("left out: there is no 'y*' on the host\n", run.Error());
        Assert.Equal(("1", "2"), (File.ReadAllText(_folder["here/web1/a"]), File.ReadAllText(_folder["here/web1/b"])));
        run = await RunRecord.Of(new FolderHosts(_folder["hosts"]), new FileFetch(["a", "x", "b"], null), ["web1"]);
        Assert.Equal(("12", false), (run.Output(), run.Outcome.Succeeded));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Files_are_printed_as_if_they_were_output()
    {
        _folder.Write("hosts/web1/a", "one\n");
        _folder.Write("hosts/web1/b", "two\n");
        var run = await RunRecord.Of(new FolderHosts(_folder["hosts"]), new FileFetch(["[ab]"], null), ["web1"]);
        Assert.Equal(("one\ntwo\n", new HostOutcome.Completed("2 printed")), (run.Output(), run.Outcome));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_leads_elsewhere_is_left_out_and_named()
    {
        _folder.Write("hosts/web1/app/program", "#!");
        File.SetUnixFileMode(_folder["hosts/web1/app/program"], (UnixFileMode)0xfff);
        Directory.CreateDirectory(_folder["hosts/web1/app/sub"]);
        File.CreateSymbolicLink(_folder["hosts/web1/app/absolute"], "/etc/passwd");
        File.CreateSymbolicLink(_folder["hosts/web1/app/above"], "sub/../../../x");
        File.CreateSymbolicLink(_folder["hosts/web1/app/sub/fine"], "../program");
        Programs.Run("mkfifo", _folder["hosts/web1/app/fifo"]);
        var run = await FetchAsync(["app"], ["web1"]);
        Assert.True(run.Outcome.Succeeded);
        Assert.Equal(
            "left out: app/above (leads to sub/../../../x)\nleft out: app/absolute (leads to /etc/passwd)\n"
            + "left out: app/fifo (no file, folder or link)\n",
            run.Error());
        Assert.Equal(["program", "sub"], Directory.GetFileSystemEntries(_folder["here/web1/app"]).Select(p => Path.GetFileName(p)).Order());
        Assert.Equal("../program", new FileInfo(_folder["here/web1/app/sub/fine"]).LinkTarget);
        Assert.Equal((UnixFileMode)0x1ff, File.GetUnixFileMode(_folder["here/web1/app/program"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_link_here_is_not_followed()
    {
        _folder.Write("hosts/web1/etc/a", "new");
        _folder.Write("precious/a", "old");
        Directory.CreateDirectory(_folder["here/web1"]);
        File.CreateSymbolicLink(_folder["here/web1/etc"], _folder["precious"]);
        var run = await FetchAsync(["etc/a"], ["web1"]);
        string reason = Assert.IsType<HostOutcome.Failed>(run.Outcome).Reason;
        Assert.StartsWith("can't open the folder 'etc' here", reason, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(_folder["precious/a"]));
        File.Delete(_folder["here/web1/etc"]);
        Directory.CreateDirectory(_folder["here/web1/etc"]);
        File.CreateSymbolicLink(_folder["here/web1/etc/a"], _folder["precious/a"]);
        Assert.True((await FetchAsync(["etc/a"], ["web1"])).Outcome.Succeeded);
        Assert.Equal(("old", "new"), (File.ReadAllText(_folder["precious/a"]), File.ReadAllText(_folder["here/web1/etc/a"])));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_name_of_a_host_never_leads_elsewhere()
    {
        _folder.Write("hosts/web1/a", "1");
        var files = new FolderHosts(_folder["hosts"]);
        var hosts = new OddHosts(() => new SftpProgram(files["web1"]));
        await RunRecord.Of(hosts, new FileFetch(["a"], _folder["here"]), ["../../up", "..", "/etc"]);
        var names = Directory.GetDirectories(_folder["here"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
        Assert.Equal(["%2E.", "%2E.%2F..%2Fup", "%2Fetc"], names);
        Assert.Throws<ArgumentException>(() => new FileFetch(["../a"], _folder["here"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_file_without_end_is_left_at_the_most_that_is_taken()
    {
        var hosts = new OddHosts(() => new OddServer(request => request.Kind switch
        {
            Opens => Handle(request),
            Reads => Packet(103, request.Id, new string('x', 32768)),
            Stats => Packet(105, request.Id, 4u, 0x81a4u),
            _ => Ok(request),
        }).Stream);
        var run = await RunRecord.Of(hosts, new FileFetch(["/a"], _folder["here"], new() { MaxSize = 1_000_000 }), ["web1"]);
        string reason = Assert.IsType<HostOutcome.Failed>(run.Outcome).Reason;
        Assert.StartsWith("the files of the host have more than 1000000 bytes", reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder["here/web1"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_file_that_says_it_is_too_large_is_not_begun()
    {
        int opened = 0;
        var hosts = new OddHosts(() => new OddServer(request => request.Kind switch
        {
            Stats => Packet(105, request.Id, 5u, 3000ul, 0x81a4u),
            Opens when ++opened > 0 => Handle(request),
            Reads => Packet(101, request.Id, 1u, "", ""),
            _ => Ok(request),
        }).Stream);
        foreach (string? folder in (string?[])[_folder["here"], null])
        {
            var run = await RunRecord.Of(hosts, new FileFetch(["/etc/a"], folder, new() { MaxSize = 2048 }), ["web1"]);
            Assert.Equal(
                new HostOutcome.Failed("the files of the host have more than 2 KiB, which is the most that is taken: '/etc/a'"),
                run.Outcome);
        }

        Assert.Equal((0, false), (opened, Directory.Exists(_folder["here"])));
        var fits = await RunRecord.Of(hosts, new FileFetch(["/etc/a"], _folder["here"], new() { MaxSize = 3000 }), ["web1"]);
        Assert.True(fits.Outcome.Succeeded);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Folders_without_end_are_refused()
    {
        int listed = 0;
        var hosts = new OddHosts(() => new OddServer(request => request.Kind switch
        {
            OpensFolder => Handle(request),
            ReadsFolder when listed++ % 2 == 0 => Packet(104, request.Id, 1u, "deeper", "", 4u, 0x41edu),
            ReadsFolder => Packet(101, request.Id, 1u, "", ""),
            Stats => Packet(105, request.Id, 4u, 0x41edu),
            _ => Ok(request),
        }).Stream);
        var run = await RunRecord.Of(hosts, new FileFetch(["/a"], _folder["here"]), ["web1"]);
        Assert.EndsWith("is more than 200 folders deep", Assert.IsType<HostOutcome.Failed>(run.Outcome).Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_file_that_is_cut_off_leaves_the_old_one_and_nothing_else()
    {
        _folder.Write("hosts/web1/a", new string('n', 1_000_000));
        _folder.Write("here/web1/a", "old");
        int cuts = 0;
        for (int messages = 2; cuts < 20; messages++, cuts++)
        {
            int left = messages;
            var run = await RunRecord.Of(
                new FolderHosts(_folder["hosts"], stream => new CutStream(stream, left)), new FileFetch(["a"], _folder["here"]), ["web1"]);
            if (run.Outcome.Succeeded) break;
            Assert.Equal("old", File.ReadAllText(_folder["here/web1/a"]));
            Assert.Equal([_folder["here/web1/a"]], Directory.GetFiles(_folder["here/web1"]));
        }

        Assert.InRange(cuts, 2, 20);
    }

    [Theory]
    [InlineData("*", "abc", true)]
    [InlineData("*", ".abc", false)]
    [InlineData(".*", ".abc", true)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c*e", "abcd", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[]]x", "]x", true)]
    [InlineData("[!]a]x", "]x", false)]
    [InlineData("[a", "[a", true)]
    [InlineData(@"\*x", "*x", true)]
    [InlineData(@"\*x", "ax", false)]
    [InlineData(@"\.x", ".x", true)]
    [InlineData("[[:digit:]]x", "7x", true)]
    [InlineData("", "", true)]
    [InlineData("*****************************b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void A_pattern_means_what_it_means_in_a_shell(string pattern, string name, bool matches) =>
        Assert.Equal(matches, Clusters.Remote.Files.Copying.Glob.Matches(pattern, name));

    public void Dispose() => _folder.Dispose();

    private async Task<RunRecord> FetchAsync(string[] paths, string[] targets, FileFetchOptions? options = null) =>
        await RunRecord.Of(new FolderHosts(_folder["hosts"]), new FileFetch(paths, _folder["here"], options), targets);
}
