using System.Text.RegularExpressions;
using Peak.Cli.Tests.Run;

namespace Peak.Cli.Tests.Files;

/// <summary>Files that who logs in may not touch, through a real sudo.</summary>
public sealed class FilesThroughSudoTests : IClassFixture<SshAccounts>, IDisposable
{
    private readonly RunHome _home;

    public FilesThroughSudoTests(SshAccounts accounts)
    {
        Programs.Need("sudo");
        var server = accounts.Server;
        _home = new(_ => $"Include {server.ClientConfiguration}\n");
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Files_go_where_who_logs_in_may_not_write_and_come_from_there()
    {
        _home.Write("app.conf", "one");
        Directory.CreateDirectory(_home["there"]);
        var refused = Alone($"copy -l trusted -w 127.0.7.1 app.conf '{_home["there"]}/'");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("permission denied", refused.Error, StringComparison.Ordinal);
        var run = Alone($"copy -l trusted --sudo -w '127.0.7.[1-2]' app.conf '{_home["there"]}/%h'");
        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith(": 2 succeeded\n  1 copied (3 B): 127.0.7.[1-2] (2)\n", run.Error, StringComparison.Ordinal);
        Assert.Equal("one", File.ReadAllText(_home["there/127.0.7.2"]));
        run = Alone($"copy -n -N -l trusted --sudo -w 127.0.7.1 app.conf '{_home["there"]}/'");
        Assert.Equal((0, $"new {_home["there"]}/app.conf\n"), (run.ExitCode, run.Out));
        run = Alone($"fetch -q -N -l trusted --sudo -w 127.0.7.1 '{_home["there"]}/127*1' -");
        Assert.Equal((0, "one"), (run.ExitCode, run.Out.TrimEnd('\n')));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--no-multiplex")]
    public void A_password_is_asked_once_and_bytes_go_both_ways_as_they_are(string how)
    {
        byte[] bytes = new byte[500_000];
        Random.Shared.NextBytes(bytes);
        File.WriteAllBytes(_home["bytes"], bytes);
        Directory.CreateDirectory(_home["there"]);
        foreach (string verb in (string[])[$"copy bytes '{_home["there"]}/%h'", $"fetch --flat '{_home["there"]}/*' here"])
        {
            using var terminal = _home.Terminal($"peak {verb} {how} -l boss -w '127.0.7.[1-2]' --sudo");
            terminal.Await("your password on the hosts, to become root: ");
            terminal.Type(SshAccounts.Password + "\n");
            var run = terminal.End();
            Assert.Equal((0, 1), (run.ExitCode, Regex.Count(run.Out, "password")));
        }

        Assert.Equal(bytes, File.ReadAllBytes(_home["there/127.0.7.2"]));
        Assert.Equal(bytes, File.ReadAllBytes(_home["here/127.0.7.1.127.0.7.2"]));
    }

    [Fact]
    public void Files_belong_to_whom_sudo_is_and_a_check_is_run_by_him()
    {
        _home.Write("a", "a");
        string there = _home.Bash("d=$(mktemp -d /tmp/peak-XXXXXX); chmod 777 $d; echo $d").Out.Trim();
        try
        {
            var run = Alone($"copy -l trusted --sudo=boss --batch 1 --check 'test $(id -un) = boss' -w '127.0.7.[1-2]' a {there}/%h");
            Assert.Equal((0, ""), (run.ExitCode, run.Out));
            Assert.Equal("60001\n60001\n", _home.Bash($"stat -c %u {there}/*").Out);
        }
        finally
        {
            Directory.Delete(there, recursive: true);
        }
    }

    [Fact]
    public void As_root_copies_belong_to_whom_is_named()
    {
        _home.Write("conf/a", "a");
        string to = _home["there"];
        Directory.CreateDirectory(to);
        Assert.Equal(0, Alone($"copy -l trusted --sudo --chown boss:daemon -w 127.0.7.1 conf '{to}/'").ExitCode);
        Assert.Equal("60001:1\n60001:1\n", _home.Bash($"stat -c %u:%g {to}/conf {to}/conf/a").Out);
        _home.Bash("chown 4711:4712 conf/a");
        Assert.Equal(0, Alone($"copy -l trusted --sudo --owner -w 127.0.7.1 conf/a '{to}/'").ExitCode);
        Assert.Equal("4711:4712\n", _home.Bash($"stat -c %u:%g {to}/a").Out);
        var unknown = Alone($"copy -l trusted --sudo --chown nobody-such -w 127.0.7.1 conf/a '{to}/b'");
        Assert.Equal(1, unknown.ExitCode);
        Assert.StartsWith("peak: 127.0.7.1: the host has no user 'nobody-such' in /etc/passwd", unknown.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("peak: --chown takes USER or USER:GROUP, by name or number, not 'a:'\n", "--chown", "a:")]
    [InlineData("peak: --owner and --chown contradict each other\n", "--owner", "--chown", "root")]
    public void An_owner_that_can_not_be_is_refused(string message, params string[] options)
    {
        _home.Write("a", "a");
        var run = _home.Peak(["copy", "-w", "web1", .. options, "a", "/tmp/"]);
        Assert.Equal((2, message), (run.ExitCode, run.Error));
    }

    [Fact]
    public void What_sudo_refuses_is_said_of_each_host()
    {
        _home.Write("a", "a");
        var alone = Alone("copy -l boss --sudo -w 127.0.7.1 a /root/never");
        Assert.Equal(1, alone.ExitCode);
        Assert.StartsWith("peak: 127.0.7.1: sudo: a password is required\n", alone.Error, StringComparison.Ordinal);
        foreach (var (account, password, reason) in (ReadOnlySpan<(string, string, string)>)
            [("boss", "wrong", "sudo: 1 incorrect password attempt"), ("limited", SshAccounts.Password, "not allowed to execute")])
        {
            using var terminal = _home.Terminal($"peak copy -l {account} --sudo -w '127.0.7.[1-2]' a /root/never");
            terminal.Await("your password on the hosts, to become root: ");
            terminal.Type(password + "\n");
            var run = terminal.End();
            Assert.Equal((1, 2), (run.ExitCode, Regex.Count(run.Out, $"peak: 127.0.7..: .*{reason}")));
            Assert.Contains(": 2 failed\r\n", run.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_name_that_can_be_no_users_is_refused()
    {
        var run = _home.Peak("fetch", "-w", "web1", "--sudo=-x", "/etc/hosts", "here");
        Assert.Equal((2, "peak: '-x' can't be the name of a user\n"), (run.ExitCode, run.Error));
    }

    /// <summary>Runs <c>peak</c> where there is no terminal, and so nobody to ask.</summary>
    private Finished Alone(string arguments) => _home.Bash($"setsid -w peak {arguments}");
}
