namespace Peak.Cli.Tests.Run;

/// <summary><c>peak run -n</c>: who would run what.</summary>
public sealed class DryRunTests : IDisposable
{
    private readonly RunHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Nobody_has_had_its_turn()
    {
        string[] next = ["-w", "n[1-2]", "--next", "echo", "ran"];
        for (int i = 0; i < 2; i++) Assert.StartsWith("hosts (1): n1\n", _home.Exec(["-n", .. next]).Out, StringComparison.Ordinal);
        Assert.Equal("n1: ran\n", _home.Exec(next).Out);
        Assert.StartsWith("hosts (1): n2\n", _home.Exec(["-n", .. next]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_drawn_at_random_are_told_to_be_others_the_next_time()
    {
        var run = _home.Exec("-n", "-w", "n[1-2]", "--one", "true");
        Assert.Equal((0, "peak: the hosts are drawn at random: a run draws anew\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Where_commands_differ_the_first_is_shown_with_its_host_and_all_of_them_with_v()
    {
        string[] line = ["-w", "n[1-2]", "--check", "id", "ping", "%h"];
        var run = _home.Exec(["-n", .. line]);
        Assert.EndsWith("command on n1: ping n1\ncheck on n1: /bin/sh -c id sh n1 0 root\n", Here(run.Out), StringComparison.Ordinal);
        run = _home.Exec(["-n", "-v", .. line]);
        Assert.EndsWith(
            "command on n1: ping n1\ncommand on n2: ping n2\n"
            + "check on n1: /bin/sh -c id sh n1 0 root\ncheck on n2: /bin/sh -c id sh n2 1 root\n",
            Here(run.Out),
            StringComparison.Ordinal);

        static string Here(string text) => text.Replace($" {Environment.UserName}\n", " root\n", StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_is_shown_in_JSON_as_well() => Assert.Equal(
        """{"command":"true","check":"id","transport":"ssh","fanOut":1,"batches":[{"nodeset":"n1","count":1,"hosts":["n1"]}]}""" + "\n",
        _home.Peak("run", "-n", "--json", "-w", "n1", "--check", "id", "true").Out);

    [Fact]
    public void Each_hosts_own_command_and_the_environment_are_in_JSON()
    {
        string json = _home.Exec("-n", "--json", "-w", "n[1-2]", "--env", "A=b", "ping", "%h").Out;
        Assert.Contains("\"command\":\"ping %h\",\"environment\":{\"A\":\"b\"},", json, StringComparison.Ordinal);
        Assert.EndsWith(
            """,{"host":"n1","command":"A=b ping n1"},{"host":"n2","command":"A=b ping n2"}]}""".Replace(
                ",{\"host\":\"n1\"", ",\"commands\":[{\"host\":\"n1\"", StringComparison.Ordinal),
            json.TrimEnd(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void User_and_port_of_the_options_are_shown()
    {
        string[] line = ["-w", "n1", "-l", "bob", "-p", "33", "id"];
        Assert.Contains("by: ssh, as bob, port 33, 1 at once\n", _home.Peak(["run", "-n", .. line]).Out, StringComparison.Ordinal);
        Assert.Contains(
            ",\"user\":\"bob\",\"port\":33,\"fanOut\":1,",
            _home.Peak(["run", "-n", "--json", .. line]).Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_is_shown_as_what_the_user_typed()
    {
        _home.Write("fix.sh", "echo $A");
        var run = _home.Peak("run", "-n", "-w", "n1", "--env", "A=b", "--sudo=bob", "--script", "fix.sh", "--", "-v", "x y");
        Assert.EndsWith("\nscript: A=b sudo -u bob fix.sh -v 'x y'\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_is_shown_as_a_shell_would_start_it() =>
        Assert.EndsWith("command: 'A=b' C=d\n", _home.Exec("-n", "-w", "n1", "A=b", "C=d").Out, StringComparison.Ordinal);
}
