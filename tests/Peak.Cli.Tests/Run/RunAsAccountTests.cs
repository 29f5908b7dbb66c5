using System.Text.RegularExpressions;

namespace Peak.Cli.Tests.Run;

/// <summary>Runs as people with other login shells, or without one, and through a real sudo.</summary>
public sealed class RunAsAccountTests : IClassFixture<SshAccounts>, IDisposable
{
    private readonly RunHome _home;

    public RunAsAccountTests(SshAccounts accounts)
    {
        var server = accounts.Server;
        _home = new(_ => $"Include {server.ClientConfiguration}\n");
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public void An_account_without_login_says_so_itself()
    {
        var run = As("nologin", "-w", "127.0.7.[1-2]", "id");
        int refused = run.Lines.Count(line => line.EndsWith(": This account is currently not available.", StringComparison.Ordinal));
        Assert.Equal((1, 2), (run.ExitCode, refused));
        Assert.EndsWith("  failed, exit status 1: 127.0.7.[1-2] (2)\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_whose_shell_is_missing_is_not_let_in()
    {
        var run = As("missing", "-w", "127.0.7.1", "id");
        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.EndsWith("  unreachable, permission denied: 127.0.7.1\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_shell_says_before_the_command_is_output_like_any_other()
    {
        var run = As("noisy", "-w", "127.0.7.1", "echo mine; exit 4");
        Assert.Equal((1, "127.0.7.1: Welcome to prod\n127.0.7.1: no line feed: mine\n"), (run.ExitCode, run.Out));
        Assert.StartsWith("127.0.7.1: careful\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("boss")]
    [InlineData("noisy")]
    [InlineData("csh")]
    [InlineData("tcsh")]
    [InlineData("fish")]
    [InlineData("zsh")]
    public void Whatever_the_shell_a_command_that_takes_too_long_is_ended(string account)
    {
        SshAccounts.Need(account);
        string sleep = ProcessTable.NewSleep();
        var (limit, run) = RunHome.AtTimeLimit(
            limit => As(account, "-u", limit, "-w", "127.0.7.1", $"sh -c '{sleep} & echo began; timeout 1000 {sleep}'"), HasBegun);
        Assert.Equal(3, run.ExitCode);
        Assert.EndsWith($"  timed out after {limit} s: 127.0.7.1\n", run.Error, StringComparison.Ordinal);
        Patience.Until(() => !ProcessTable.Of(sleep).Any());
    }

    [Theory]
    [InlineData("boss")]
    [InlineData("csh")]
    [InlineData("tcsh")]
    [InlineData("fish")]
    [InlineData("zsh")]
    public void Whatever_the_shell_variables_and_scripts_arrive(string account)
    {
        SshAccounts.Need(account);
        var run = As(account, "-N", "--env", "WORD=it's $a 'b' \\c !d", "-w", "127.0.7.1", "printenv WORD");
        Assert.Equal((0, "it's $a 'b' \\c !d\n"), (run.ExitCode, run.Out));
        _home.Write("script", "#!/bin/sh\nid -un\nprintf '<%s>\\n' \"$@\" \"$WORD\"\nexit 3\n");
        run = As(account, "-SN", "--env", "WORD=a  b", "-w", "127.0.7.1", "--script", "script", "it's", "$b", "\\c");
        Assert.Equal((3, $"{account}\n<it's>\n<$b>\n<\\c>\n<a  b>\n"), (run.ExitCode, run.Out));
    }

    [Fact]
    public void A_password_is_asked_once_for_all_hosts_and_is_seen_nowhere()
    {
        NeedSudo();
        using var terminal = _home.Terminal(
            "peak run -l boss -w '127.0.7.[1-3]' --sudo "
            + $"'echo i am $(id -un); until [ -e {_home["go"]} ]; do sleep 0.1; done'");
        terminal.Await("your password on the hosts, to become root: ");
        terminal.Type(SshAccounts.Password + "\n");
        for (int i = 0; i < 3; i++) terminal.Await(" i am root\r\n");
        string seen = WhereIs(SshAccounts.Password);
        _home.Write("go", "");
        var run = terminal.End();
        Assert.Equal("", seen);
        Assert.Equal((0, 1), (run.ExitCode, Regex.Count(run.Out, "password")));
        Assert.DoesNotContain(SshAccounts.Password, run.Out, StringComparison.Ordinal);
        Assert.All(
            Directory.EnumerateFiles(_home["state/peak"]),
            file => Assert.DoesNotContain(SshAccounts.Password, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_password_is_said_of_each_host()
    {
        NeedSudo();
        using var terminal = _home.Terminal("peak run -l boss -w '127.0.7.[1-2]' --sudo 'echo never'");
        terminal.Await("your password on the hosts, to become root: ");
        terminal.Type("wrong\n");
        var run = terminal.End();
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(2, Regex.Count(run.Out, "sudo: 1 incorrect password attempt\r\n"));
        Assert.DoesNotContain("never\r\n", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("  failed, exit status 1: 127.0.7.[1-2] (2)\r\n", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trusted", "root")]
    [InlineData("trusted", "boss")]
    public void Where_sudo_needs_no_password_none_is_needed(string account, string become)
    {
        NeedSudo();
        var run = _home.Bash($"setsid -w peak run -N -l {account} -w 127.0.7.1 --env 'A=it is' --sudo={become} 'echo $A $(id -un)'");
        Assert.Equal((0, $"it is {become}\n"), (run.ExitCode, run.Out));
    }

    [Fact]
    public void A_check_runs_as_the_command_does()
    {
        NeedSudo();
        var run = _home.Bash("""
            setsid -w peak run -qN -l trusted -w '127.0.7.[1-2]' --batch 1 --env A=1 --sudo --check 'test $(id -u)$A = 01' 'id -un'
            """);
        Assert.Equal((0, "root\nroot\n"), (run.ExitCode, run.Out));
    }

    [Theory]
    [InlineData("root")]
    [InlineData("trusted")]
    [InlineData("root", "--no-multiplex")]
    public void What_runs_by_a_password_is_ended_with_all_it_started(string become, string how = "--no-persist")
    {
        NeedSudo();
        string sleep = ProcessTable.NewSleep();
        var (limit, run) = RunHome.AtTimeLimit(
            limit =>
            {
                using var terminal = _home.Terminal(
                    $"peak run {how} -l boss -u {limit} -w 127.0.7.1 --sudo={become} "
                    + $"'{sleep} & echo began; timeout 1000 {sleep}'");
                terminal.Await($"your password on the hosts, to become {become}: ");
                terminal.Type(SshAccounts.Password + "\n");
                return terminal.End();
            },
            HasBegun);
        Assert.Equal(3, run.ExitCode);
        Assert.EndsWith($"  timed out after {limit} s: 127.0.7.1\r\n", run.Out, StringComparison.Ordinal);
        Patience.Until(() => !ProcessTable.Of(sleep).Any());
    }

    [Theory]
    [InlineData("root")]
    [InlineData("boss")]
    public void What_runs_without_a_password_is_ended_with_all_it_started(string become)
    {
        NeedSudo();
        string sleep = ProcessTable.NewSleep();
        var (limit, run) = RunHome.AtTimeLimit(
            limit => _home.Bash(
                $"setsid -w peak run -l trusted -u {limit} -w 127.0.7.1 --sudo={become} "
                + $"'{sleep} & echo began; timeout 1000 {sleep}'"),
            HasBegun);
        Assert.Equal(3, run.ExitCode);
        Assert.EndsWith($"  timed out after {limit} s: 127.0.7.1\n", run.Error, StringComparison.Ordinal);
        Patience.Until(() => !ProcessTable.Of(sleep).Any());
    }

    private Finished As(string account, params string[] arguments) => _home.Peak(["run", "-l", account, .. arguments]);

    private static bool HasBegun(Finished run) => run.Out.Contains(" began", StringComparison.Ordinal);

    private static void NeedSudo() => Programs.Need("sudo");

    /// <summary>The arguments of the processes that have a secret among these or in their environment.</summary>
    private static string WhereIs(string secret) => string.Join('\n', ProcessTable.All()
        .Where(id => $"{ProcessTable.Arguments(id)} {ProcessTable.Variables(id)}".Contains(secret, StringComparison.Ordinal))
        .Select(ProcessTable.Arguments));
}
