using System.Diagnostics;
using System.Text.Json;
using Peak.Cli.Tests.Run;

namespace Peak.Cli.Tests.Files;

/// <summary>Copies over a real sshd, which is as many hosts as there are addresses; each has a folder of its own by %h.</summary>
public sealed class CopyTests : IDisposable
{
    private readonly SshServer _server;
    private readonly RunHome _home;

    public CopyTests()
    {
        Programs.Need("sshd", "openssh-server");
        _server = new("Subsystem sftp internal-sftp");
        _home = new(_ => $"Include {_server.ClientConfiguration}\n");
        for (int i = 2; i <= 5; i++) Directory.CreateDirectory(On($"127.0.0.{i}"));
    }

    public void Dispose()
    {
        _home.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void Each_host_has_the_files_and_the_summary_says_so()
    {
        _home.Write("app.conf", "one");
        _home.Write("conf.d/two", "two");
        var run = Copy("-w", "127.0.0.[2-4]", "app.conf", "conf.d", $"{_home.Path}/hosts/%h/");
        Assert.Equal((0, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("peak: 3 hosts in ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(": 3 succeeded\n  3 copied (6 B): 127.0.0.[2-4] (3)\n", run.Error, StringComparison.Ordinal);
        for (int i = 2; i <= 4; i++)
            Assert.Equal(("one", "two"), (Read($"127.0.0.{i}", "app.conf"), Read($"127.0.0.{i}", "conf.d/two")));
        run = Copy("-w", "127.0.0.[2-4]", "app.conf", "conf.d", $"{_home.Path}/hosts/%h/");
        Assert.EndsWith(": 3 succeeded\n  unchanged: 127.0.0.[2-4] (3)\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_gathers_what_would_change()
    {
        _home.Write("app.conf", "one");
        File.WriteAllText(Path.Combine(On("127.0.0.3"), "app.conf"), "another");
        string to = $"{_home.Path}/hosts/%h/";
        var run = Copy("-n", "-N", "-L", "-w", "127.0.0.[2-3]", "app.conf", to);
        Assert.Equal((0, $"new {On("127.0.0.2")}/app.conf\ndiffers {On("127.0.0.3")}/app.conf\n"), (run.ExitCode, run.Out));
        Assert.EndsWith("  1 would change: 127.0.0.[2-3] (2)\n", run.Error, StringComparison.Ordinal);
        // It is no run that @last could mean.
        Assert.Equal((1, "peak: there was no run before\n"), (_home.Peak("last") is var last ? last.ExitCode : 0, last.Error));
        Assert.Equal("another", Read("127.0.0.3", "app.conf"));
        Assert.Empty(Directory.GetFiles(On("127.0.0.2")));
    }

    [Fact]
    public void Another_file_for_each_host()
    {
        for (int i = 2; i <= 3; i++) _home.Write($"conf/127.0.0.{i}.conf", $"for {i}");
        Assert.Equal(0, Copy("-w", "127.0.0.[2-3]", "conf/%h.conf", $"{_home.Path}/hosts/%h/app.conf").ExitCode);
        Assert.Equal(("for 2", "for 3"), (Read("127.0.0.2", "app.conf"), Read("127.0.0.3", "app.conf")));
        var missing = Copy("-w", "127.0.0.[3-4]", "conf/%h.conf", $"{_home.Path}/hosts/%h/app.conf");
        Assert.Equal((2, "peak: can't read 'conf/127.0.0.4.conf': No such file or directory\n"), (missing.ExitCode, missing.Error));
    }

    [Fact]
    public void What_failed_is_said_and_copied_again_to_those_alone()
    {
        _home.Write("a", "new");
        Directory.CreateDirectory(Path.Combine(On("127.0.0.3"), "a"));
        string to = $"{_home.Path}/hosts/%h/a";
        var run = Copy("-w", "127.0.0.[2-4]", "a", to);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            $"peak: 127.0.0.3: '{On("127.0.0.3")}/a' is a folder on the host; to copy into it, write", run.Error, StringComparison.Ordinal);
        Assert.Contains("2 succeeded, 1 failed\n  1 copied (3 B): 127.0.0.[2,4] (2)\n", run.Error, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(On("127.0.0.3"), "a"));
        var again = Copy("-w", "@last:failed", "a", to);
        Assert.Equal(0, again.ExitCode);
        Assert.EndsWith(": 1 succeeded\n  1 copied (3 B): 127.0.0.3\n", again.Error, StringComparison.Ordinal);
        Assert.StartsWith($"command: copy a {to}\n", _home.Peak("last").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_a_file_and_keeps_the_mode_of_what_it_replaces()
    {
        string secret = Path.Combine(On("127.0.0.2"), "secret");
        File.WriteAllText(secret, "");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        var run = _home.Bash($"seq 100000 | peak copy -w '127.0.0.[2-3]' - '{_home.Path}/hosts/%h/secret'");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(100_000, File.ReadLines(secret).Count());
        Assert.Equal(File.ReadAllText(secret), Read("127.0.0.3", "secret"));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(secret));
    }

    [Fact]
    public void The_same_path_as_here_a_mode_and_what_was_there_before()
    {
        string file = _home.Write("a", "newer");
        Assert.Equal(0, Copy("-w", "127.0.0.2", "--same", file).ExitCode);
        string there = Path.Combine(On("127.0.0.2"), "a");
        File.WriteAllText(there, "old");
        Assert.Equal(0, Copy("-w", "127.0.0.2", "--chmod", "640", "--backup=.bak", "--durable", file, $"{On("127.0.0.2")}/").ExitCode);
        Assert.Equal(("newer", "old"), (File.ReadAllText(there), File.ReadAllText(there + ".bak")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(there));
    }

    [Fact]
    public void A_suffix_of_backups_stands_after_an_equals_sign_only()
    {
        string a = _home.Write("a", "a"), b = _home.Write("b", "b"), there = On("127.0.0.2");
        File.WriteAllText(Path.Combine(there, "b"), "old");
        Assert.Equal(0, Copy("-w", "127.0.0.2", "--backup", a, b, $"{there}/").ExitCode);
        Assert.Equal(("a", "b", "old"), (Read("127.0.0.2", "a"), Read("127.0.0.2", "b"), Read("127.0.0.2", "b~")));
    }

    [Fact]
    public void A_mirror_but_for_what_is_left_out()
    {
        foreach (string name in (string[])["a", "a.log", "keep.log", "--delete"]) _home.Write($"site/{name}", name);
        Directory.CreateDirectory(Path.Combine(On("127.0.0.2"), "www/old"));
        foreach (string name in (string[])["b", "old/c", "b.log"]) File.WriteAllText(Path.Combine(On("127.0.0.2"), "www", name), name);
        string to = $"{On("127.0.0.2")}/www/";
        string[] mirror =
            ["--ignore", "*.log", "--ignore=!keep.log", "-w", "127.0.0.2", "--delete", "--ignore=--delete", "site/.", to];
        var dry = Copy(["-n", "-N", .. mirror]);
        Assert.Equal((0, $"new {to}a\nnew {to}keep.log\ndelete {to}b\ndelete {to}old\ndelete {to}old/c\n"), (dry.ExitCode, dry.Out));
        Assert.EndsWith("  5 would change: 127.0.0.2\n", dry.Error, StringComparison.Ordinal);
        var run = Copy(mirror);
        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("  2 copied (9 B), 3 deleted: 127.0.0.2\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["a", "b.log", "keep.log"],
            Directory.GetFileSystemEntries(to).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Contents_are_compared_on_the_host()
    {
        _home.Write("a", "text");
        string to = $"{_home.Path}/hosts/%h/", there = Path.Combine(On("127.0.0.2"), "a");
        Assert.Equal(0, Copy("-w", "127.0.0.[2-3]", "--verify", "a", to).ExitCode);
        File.SetLastWriteTimeUtc(there, DateTime.UnixEpoch);
        File.WriteAllText(Path.Combine(On("127.0.0.3"), "a"), "TEXT");
        var run = Copy("-w", "127.0.0.[2-3]", "--checksum", "--no-multiplex", "a", to);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 copied (4 B): 127.0.0.3", run.Error, StringComparison.Ordinal);
        Assert.Contains("unchanged: 127.0.0.2", run.Error, StringComparison.Ordinal);
        Assert.Equal("text", Read("127.0.0.3", "a"));
    }

    [Fact]
    public void A_host_that_runs_no_commands_compares_nothing_and_says_so()
    {
        using var server = new SshServer("Subsystem sftp internal-sftp\nForceCommand internal-sftp");
        using var home = new RunHome(_ => $"Include {server.ClientConfiguration}\n");
        home.Write("a", "text");
        string place = home.Write("there/a", "TEXT");
        Assert.Equal(0, home.Peak("copy", "-w", "127.0.0.2", "a", place).ExitCode);
        File.WriteAllText(place, "TEXT");
        foreach (string option in (string[])["--checksum", "--verify"])
        {
            File.SetLastWriteTimeUtc(place, DateTime.UnixEpoch);
            var run = home.Peak("copy", "-w", "127.0.0.2", option, "a", place);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("peak: 127.0.0.2: no checksums can be made on the host: ", run.Error, StringComparison.Ordinal);
            Assert.Equal("TEXT", File.ReadAllText(place));
        }
    }

    [Fact]
    public void A_link_on_the_host_is_followed_where_that_is_asked_for()
    {
        _home.Write("a", "text");
        File.CreateSymbolicLink(Path.Combine(On("127.0.0.2"), "a"), "b");
        File.WriteAllText(Path.Combine(On("127.0.0.2"), "b"), "old");
        Assert.Equal(0, Copy("-w", "127.0.0.2", "--follow", "a", $"{On("127.0.0.2")}/").ExitCode);
        Assert.Equal("text", Read("127.0.0.2", "b"));
        Assert.Equal("b", new FileInfo(Path.Combine(On("127.0.0.2"), "a")).LinkTarget);
    }

    [Fact]
    public void A_source_that_is_a_symbolic_link_is_the_file_it_leads_to()
    {
        _home.Write("a", "text");
        File.CreateSymbolicLink(_home["link"], "a");
        Assert.Equal(0, Copy("-w", "127.0.0.2", "link", $"{On("127.0.0.2")}/").ExitCode);
        Assert.Equal("text", Read("127.0.0.2", "link"));
        Assert.Null(new FileInfo(Path.Combine(On("127.0.0.2"), "link")).LinkTarget);
    }

    [Fact]
    public void The_outcome_as_json()
    {
        _home.Write("a", "new");
        var run = Copy("--json", "-w", "127.0.0.2", "a", $"{On("127.0.0.2")}/");
        using var ended = JsonDocument.Parse(run.Lines.Single(line => line.Contains("\"ended\"", StringComparison.Ordinal)));
        Assert.Equal("completed", ended.RootElement.GetProperty("outcome").GetString());
        Assert.Equal("1 copied (3 B)", ended.RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public void A_host_without_files_is_told_as_not_reached()
    {
        using var server = new SshServer();
        using var home = new RunHome(_ => $"Include {server.ClientConfiguration}\n");
        home.Write("a", "");
        var run = home.Peak("copy", "-w", "127.0.0.2", "a", "/tmp/");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("The host has no subsystem 'sftp'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("peak: a destination is missing: 'peak copy SOURCE… DESTINATION', or --same\n", "-w", "web1", "a")]
    [InlineData("peak: several files go into a folder, whose name ends in '/': '/etc/'\n", "-w", "web1", "a", "b", "/etc")]
    [InlineData("peak: can't read 'nothing': No such file or directory\n", "-w", "web1", "nothing", "/etc/")]
    [InlineData("peak: no host is named; try 'peak copy -w HOSTS …'\n", "a", "/etc/")]
    [InlineData("peak: files go over ssh, and not by exec\n", "-R", "exec", "-w", "web1", "a", "/etc/")]
    [InlineData("peak: standard input has no name: DESTINATION must be that of the file\n", "-w", "web1", "-", "/etc/")]
    [InlineData("peak: standard input ('-') is copied alone; './-' is a file of that name\n", "-w", "web1", "-", "a", "/etc/")]
    [InlineData("peak: '-w -' and the source '-' can't both read standard input\n", "-w", "-", "-", "/etc/a")]
    [InlineData("peak: --chmod takes a mode in octal, like 644 or 0755, not 'u+x'\n", "-w", "web1", "--chmod", "u+x", "a", "/etc/")]
    [InlineData("peak: only folders can be mirrors, and 'a' is none\n", "-w", "web1", "--delete", "a", "/etc/")]
    [InlineData(
        "peak: '[' is no pattern: a '[' has no ']', or there is no such class of characters\n",
        "-w", "web1", "--ignore", "[", "a", "/etc/")]
    [InlineData("peak: all of it is to be left out\n", "-w", "web1", "--ignore", "*", "a", "/etc/")]
    [InlineData(
        "peak: the last pattern that matches counts: --ignore '!a' comes after one that leaves it out\n",
        "-w", "web1", "--ignore", "!a", "--ignore", "*", "a", "/etc/")]
    [InlineData(
        "peak: -x '*.log' leaves out none of the hosts; files are left out by --ignore\n",
        "-w", "web1", "--delete", "--exclude", "*.log", ".", "/etc/")]
    [InlineData(
        "peak: --ignore and --delete are for folders, and standard input is none\n", "-w", "web1", "--delete", "-", "/etc/a")]
    [InlineData("peak: '../web1' can't be a part of the name of a file\n", "-w", "../web1", "a", "/etc/%h")]
    public void A_mistake_copies_nothing(string message, params string[] arguments)
    {
        _home.Write("a", "");
        _home.Write("b", "");
        var run = Copy(arguments);
        Assert.Equal((2, message), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Killed_it_leaves_the_old_file_and_the_next_copy_what_should_be_there()
    {
        byte[] bytes = new byte[200 << 20];
        Random.Shared.NextBytes(bytes.AsSpan(0, 1 << 20));
        for (int at = 1 << 20; at < bytes.Length; at += 1 << 20) bytes.AsSpan(0, 1 << 20).CopyTo(bytes.AsSpan(at));
        await File.WriteAllBytesAsync(_home["large"], bytes, TestContext.Current.CancellationToken);
        string folder = On("127.0.0.2"), place = Path.Combine(folder, "large");
        File.WriteAllText(place, "old");
        string[] words = ["copy", "-w", "127.0.0.2", "large", $"{folder}/"];
        using (var copy = Process.Start(PeakProcess.Prepare(PeakProcess.Binary, words, _home.Path, [.. _home.Variables]))!)
        {
            await Patience.UntilAsync(() => copy.HasExited || Directory.GetFiles(folder, ".peak-*").Length > 0);
            copy.Kill();
            await copy.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("old", File.ReadAllText(place));
        Assert.Equal(0, Copy("-w", "127.0.0.2", "large", $"{folder}/").ExitCode);
        Assert.Equal([place], Directory.GetFileSystemEntries(folder));
        Assert.Equal(bytes.Length, new FileInfo(place).Length);
    }

    private string On(string host) => Path.Combine(_home["hosts"], host);

    private string Read(string host, string path) => File.ReadAllText(Path.Combine(On(host), path));

    private Finished Copy(params string[] arguments) => _home.Peak(["copy", .. arguments]);
}
