
namespace Peak.Cli.Tests.Run;

/// <summary>Hosts whose key ssh does not know, and <c>peak trust</c>, against a real sshd.</summary>
public sealed class TrustTests : IClassFixture<SshServerFixture>, IDisposable
{
    private readonly SshServer _server;
    private readonly RunHome _home;

    public TrustTests(SshServerFixture fixture)
    {
        _server = fixture.Server;
        _home = new(home => $"UserKnownHostsFile {home}/known\nHashKnownHosts no\nInclude {_server.ClientConfiguration}\n");
    }

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--no-multiplex")]
    public void A_host_whose_key_is_unknown_is_not_reached_and_stays_unknown(params string[] how)
    {
        var run = _home.Peak(["run", .. how, "-w", "127.0.0.[2-3]", "echo in"]);
        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.EndsWith(
            "  unreachable, host key not trusted: 127.0.0.[2-3] (2)\n"
            + "peak: to see the keys of hosts, and add them after a yes: peak trust '127.0.0.[2-3]'\n",
            run.Error,
            StringComparison.Ordinal);
        Assert.Equal("", Known());
    }

    [Fact]
    public void A_yes_makes_hosts_known_and_then_they_are_reached()
    {
        var trust = Answer("yes", "127.0.0.[2-3]");
        Assert.Equal(0, trust.ExitCode);
        Assert.Contains(
            $"127.0.0.2 ssh-ed25519 {Fingerprint("host")}\r\n127.0.0.3 ssh-ed25519 {Fingerprint("host")}\r\n",
            trust.Out,
            StringComparison.Ordinal);
        Assert.EndsWith("peak: added the keys of 2 hosts\r\n", trust.Out, StringComparison.Ordinal);
        Assert.Equal($"[127.0.0.2]:{_server.Port} {_server.HostKey}\n[127.0.0.3]:{_server.Port} {_server.HostKey}\n", Known());

        Assert.Equal("127.0.0.2: in\n127.0.0.3: in\n", _home.Peak("run", "-L", "-w", "127.0.0.[2-3]", "echo in").Out);
        var again = _home.Peak("trust", "127.0.0.[2-3]");
        Assert.Equal((0, "", "peak: 2 hosts are known already\n"), (again.ExitCode, again.Out, again.Error));
    }

    [Fact]
    public void What_the_configuration_runs_has_the_time_of_a_host()
    {
        _home.WriteProgram("bin/ssh", "#!/bin/sh\necho $$ >>ids; exec sleep 1000\n");
        var run = _home.Peak("trust", "-t", "1", "127.0.0.[2-3]");
        Assert.Equal(
            (3, "peak: no key from 127.0.0.[2-3]: ssh -G did not say how it is configured within 1 s\n"), (run.ExitCode, run.Error));
        Assert.Equal(3, _home.Peak("run", "--up", "-t", "1", "-w", "127.0.0.2", "true").ExitCode);
        Patience.Until(() => !ProcessTable.AnyRuns(File.ReadAllText(_home["ids"])));
    }

    [Fact]
    public void Few_open_files_lose_no_host()
    {
        var run = _home.Bash("ulimit -n 64; peak trust --yes '127.0.0.[2-41]' >out; echo $?; sort -u out | wc -l");
        Assert.Equal("0\n40\n", run.Out);
    }

    [Fact]
    public void A_host_that_refuses_the_connection_is_not_said_to_be_slow()
    {
        int port = Programs.FreePort();
        Assert.Equal(
            (3, $"peak: no key from 127.0.0.2: 127.0.0.2 refused the connection to port {port}, or hung up\n"),
            (_home.Peak("trust", "-p", $"{port}", "127.0.0.2") is var run ? run.ExitCode : 0, run.Error));
    }

    [Theory]
    [InlineData("no")]
    [InlineData("y")]
    [InlineData("")]
    public void Anything_but_yes_adds_nothing(string answer)
    {
        var trust = Answer(answer, "127.0.0.2");
        Assert.Equal(1, trust.ExitCode);
        Assert.EndsWith("peak: nothing was added\r\n", trust.Out, StringComparison.Ordinal);
        Assert.Equal("", Known());
    }

    [Fact]
    public void A_yes_from_a_pipe_is_none()
    {
        var trust = _home.Bash("echo yes | setsid -w peak trust 127.0.0.2");
        Assert.Equal((1, $"127.0.0.2 ssh-ed25519 {Fingerprint("host")}\n"), (trust.ExitCode, trust.Out));
        Assert.Equal("peak: there is no terminal to ask on; nothing was added (--yes adds without asking)\n", trust.Error);
        Assert.Equal("", Known());
    }

    [Fact]
    public void Without_a_terminal_the_yes_can_be_an_option()
    {
        var trust = _home.Bash("setsid -w peak trust --yes 127.0.0.2 </dev/null");
        Assert.Equal((0, "peak: added the keys of 1 host\n"), (trust.ExitCode, trust.Error));
        Assert.Equal($"[127.0.0.2]:{_server.Port} {_server.HostKey}\n", Known());
    }

    [Fact]
    public void A_key_that_has_changed_is_told_and_never_accepted()
    {
        Programs.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", _home["other"]);
        string known = $"[127.0.0.2]:{_server.Port} {File.ReadAllText(_home["other.pub"])}";
        _home.Write("known", known);

        var run = _home.Peak("run", "-w", "127.0.0.2", "echo in");
        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.Contains(Fingerprint("host"), run.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            "  unreachable, host key changed or revoked: 127.0.0.2\n"
            + "peak: to see the keys that are not the known ones, and what to do: peak trust 127.0.0.2\n",
            run.Error,
            StringComparison.Ordinal);

        // The unknown one beside it is added all the same.
        var trust = _home.Peak("trust", "--yes", "127.0.0.[2-3]");
        Assert.Equal((1, $"127.0.0.3 ssh-ed25519 {Fingerprint("host")}\n"), (trust.ExitCode, trust.Out));
        Assert.Contains("127.0.0.2: the key is NOT the one that is known", trust.Error, StringComparison.Ordinal);
        Assert.Contains($"  ssh-ed25519 {Fingerprint("host")}\n", trust.Error, StringComparison.Ordinal);
        Assert.Equal($"{known}[127.0.0.3]:{_server.Port} {_server.HostKey}\n", Known());

        // What it advises does help.
        string advice = trust.Error.Split('\n').Single(line => line.StartsWith("  ssh-keygen -R ", StringComparison.Ordinal));
        Assert.Equal($"  ssh-keygen -R '[127.0.0.2]:{_server.Port}' -f {_home["known"]}", advice);
        Assert.Equal(0, _home.Bash(advice).ExitCode);
        Assert.Equal(0, _home.Peak("trust", "--yes", "127.0.0.2").ExitCode);
    }

    [Fact]
    public void A_key_that_is_revoked_is_told_as_such()
    {
        _home.Write("known", $"@revoked * {_server.HostKey}\n");
        var trust = _home.Peak("trust", "--yes", "127.0.0.2");
        Assert.Equal(
            (1, $"peak: 127.0.0.2: the key it shows is revoked:\n  ssh-ed25519 {Fingerprint("host")}\n"
                + "Don't log in there with this key. If it is yours to say that it is good again, remove its line '@revoked' from:\n"
                + $"  {_home["known"]}\n"),
            (trust.ExitCode, trust.Error));
    }

    [Fact]
    public void The_ssh_that_a_variable_names_is_the_one_that_is_asked()
    {
        Directory.Move(_home["bin"], _home["own"]);
        var trust = _home.Bash("RCMD_CMD=own/ssh peak trust --yes 127.0.0.2");
        Assert.Equal((0, $"[127.0.0.2]:{_server.Port} {_server.HostKey}\n"), (trust.ExitCode, Known()));
    }

    [Fact]
    public void A_name_that_ssh_can_not_be_given_is_said()
    {
        var trust = _home.Peak("trust", "web1;x");
        Assert.Equal((3, "peak: no key from web1;x: ssh can't be given 'web1;x' as a host name\n"), (trust.ExitCode, trust.Error));
        Assert.EndsWith(": ssh can't be given it as a host name\n", _home.Peak("trust", "web[1-2];x").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_shows_no_key_is_told()
    {
        var trust = _home.Peak("trust", "--yes", "-p", "1", "127.0.0.[2-3]");
        Assert.Equal((3, ""), (trust.ExitCode, trust.Out));
        Assert.StartsWith("peak: no key from 127.0.0.[2-3]: ", trust.Error, StringComparison.Ordinal);
        Assert.Equal("", Known());
    }

    // As typed on a terminal.
    private Finished Answer(string words, string nodes) => _home.OnTerminal($"peak trust '{nodes}'", $"{words}\n");

    private string Known() => File.Exists(_home["known"]) ? File.ReadAllText(_home["known"]) : "";

    private string Fingerprint(string key) => Programs.Run("ssh-keygen", "-l", "-f", _server.PathOf($"{key}.pub")).Split(' ')[1];
}
