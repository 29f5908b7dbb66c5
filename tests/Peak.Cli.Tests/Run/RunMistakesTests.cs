namespace Peak.Cli.Tests.Run;

/// <summary>A mistake on the command line does not reach hosts.</summary>
public sealed class RunMistakesTests : IDisposable
{
    private readonly RunHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("--exlude", "'--exclude'", "run", "--exlude", "n2", "-w", "n1", "echo", "ran")]
    [InlineData("--dryrun", "'--dry-run'", "run", "--script", "/bin/true", "--dryrun", "-w", "n1")]
    [InlineData("-O", "no option", "run", "-O", "fd_max=10", "-w", "n1", "echo", "ran")]
    [InlineData("--fanot", "'--fanout'", "run", "--fanot", "3", "echo", "ran")]
    public void An_unknown_option_never_becomes_the_command(string option, string guess, params string[] arguments)
    {
        var run = _home.Peak([.. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains($"'{option}'", run.Error, StringComparison.Ordinal);
        Assert.Contains(guess, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-w", "run", "echo", "ran", "-w", "web1")]
    [InlineData("-w", "run", "echo", "-w", "web1", "--dry-run")]
    [InlineData("--dry-run", "run", "echo", "--dry-run")]
    [InlineData("-x", "run", "echo", "-x", "web1")]
    [InlineData("-n", "run", "echo", "restart", "-n")]
    [InlineData("--dryrun", "run", "echo", "--dryrun")]
    [InlineData("--exlude", "run", "echo", "--exlude", "web1")]
    public void An_option_after_the_command_is_a_mistake_where_no_host_was_named(string option, params string[] arguments)
    {
        var run = _home.Peak([.. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains($"'{option}' is after the command", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-w", "web1", "--", "echo", "-w", "x")]
    [InlineData("-w", "web1", "echo", "-w", "x")]
    [InlineData("--", "echo", "-w", "x", "-n")]
    public void Where_hosts_were_named_or_the_command_is_marked_it_is_the_commands_own(params string[] arguments)
    {
        var run = _home.Peak(["run", "-R", "local", "-N", .. arguments]);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("-w x", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'web1' is a host of the cluster", "run", "web1", "uptime")]
    [InlineData("'@web' is a group", "run", "@web", "uptime")]
    [InlineData("all of them in one node set", "run", "-w", "web1", "web2", "uptime")]
    [InlineData("--sudo=root", "run", "-w", "web1", "--sudo", "root", "id")]
    [InlineData("did you mean '@web'?", "run", "-g", "@wbe", "uptime")]
    [InlineData("There is no group '@all'. Name", "run", "-g", "@all", "uptime")]
    [InlineData("'@last' is a run, not a group: which of its hosts? @last:ok, @last:failed", "run", "-w", "web1,@last", "uptime")]
    [InlineData("'@last~1' is a run", "run", "-w", "@last~1", "uptime")]
    [InlineData("'-wweb1' is after the command 'uptime'", "run", "uptime", "-wweb1")]
    [InlineData("'-nw' is after the command 'uptime'", "run", "uptime", "-nw", "web[1-2]")]
    [InlineData("'web[2-3]' names hosts of the cluster", "run", "-w", "web1", "web[2-3]", "uptime")]
    [InlineData("'root@web2' names hosts of the cluster", "run", "-w", "web1", "root@web2", "uptime")]
    [InlineData("'web*' names hosts of the cluster", "run", "web*", "uptime")]
    [InlineData("'web1,' names hosts of the cluster", "run", "web1,", "uptime")]
    [InlineData("'!web1' names hosts of the cluster", "run", "!web1", "uptime")]
    [InlineData("'web1!web2' names hosts of the cluster", "run", "web1!web2", "uptime")]
    [InlineData("'web[1-3],web99' names hosts of the cluster", "run", "web[1-3],web99", "uptime")]
    [InlineData("'WEB1' is a host of the cluster", "run", "WEB1", "uptime")]
    [InlineData("'web1' is a host of the cluster, not a command; hosts are named by -w: peak run -w web1 uptime (", "run", "web1 uptime")]
    [InlineData("'help' would run on every host", "run", "help")]
    [InlineData("a port after ':'", "run", "-w", "web1:abc", "uptime")]
    [InlineData("a port after ':'", "run", "-w", "web1:22:33", "uptime")]
    [InlineData("a port after ':'", "run", "-w", "root@@web1", "uptime")]
    [InlineData("a port after ':'", "run", "-w", "ssh://root@web1", "uptime")]
    [InlineData("'--yes' takes no value", "run", "-w", "web1", "--yes=no", "touch", "x")]
    [InlineData("'-b' takes no value", "run", "-w", "web1", "-Lb=no", "touch", "x")]
    [InlineData("'--json' takes no value", "hosts", "--json=no")]
    [InlineData("'--yes' takes no value", "trust", "--yes=no", "web1")]
    [InlineData("-o is an option of ssh's, and -R exec", "run", "-R", "exec", "-o", "A=b", "-w", "web1", "uptime")]
    [InlineData("'-g@web' is after the command 'uptime'", "run", "uptime", "-p", "-g@web")]
    [InlineData("regular expression", "run", "-w", "web[1-3],/2$/", "uptime")]
    [InlineData("regular expression", "run", "-a", "-x", "/2$/", "uptime")]
    public void What_was_meant_is_said(string words, params string[] arguments)
    {
        string file = _home["c.cluster"];
        File.WriteAllText(file, "GROUP:web\nweb1\nweb2\nweb3\n");
        var run = _home.Peak(["--cluster", file, .. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_without_a_cluster_file_is_told_of_both()
    {
        var run = _home.Exec("-w", "@web", "true");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("peak: '@web', character 1: There is no group '@web'.", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(" No cluster file is named (--cluster, $CLUSTER).\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_in_the_place_of_a_host_is_warned_of()
    {
        string file = _home.Write("c.cluster", "GROUP:web\nweb1\n");
        var run = _home.Exec("--cluster", file, "-LN", "-w", "web", "echo", "%h");
        Assert.Equal(
            ("web\n", "peak: warning: 'web' is taken for a host; it is a group of the cluster, whose hosts are '@web'\n"),
            (run.Out, run.Error));
    }

    [Fact]
    public void All_hosts_of_no_cluster_are_this_machine_without_a_network()
    {
        foreach (string[] all in (string[][])[[], ["-a"]])
            Assert.Contains("by: local", _home.Peak(["run", "-n", .. all, "true"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_of_the_hosts_after_sudo_is_told_when_there_is_no_such_command()
    {
        Programs.Need("sudo");
        Programs.NeedRoot("use sudo without a password");
        var run = _home.Bash("setsid -w peak run -R local -w n1 --sudo no-such-user psql </dev/null");
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            "peak: if 'no-such-user' is a user, not a command: --sudo=no-such-user runs as that user\n",
            run.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'web1!db1', character 6: '!' takes nothing away here.", "-w", "web1!db1")]
    [InlineData("'web1&@web', character 6: '&' takes nothing away here.", "-w", "web1&@web")]
    [InlineData("'web1,db*', character 6: No node matches this wildcard.", "-w", "web1,db*")]
    [InlineData("'@web!db1', character 6: '!' takes nothing away here.", "-g", "web!db1")]
    public void What_does_nothing_in_a_node_set_is_warned_of(string warning, params string[] hosts)
    {
        string file = _home.Write("c.cluster", "GROUP:web\nweb1\n");
        var run = _home.Exec(["--cluster", file, .. hosts, "echo", "%h"]);
        Assert.Equal((0, "web1: web1\n"), (run.ExitCode, run.Out));
        Assert.StartsWith($"peak: warning: {warning} ", run.Error, StringComparison.Ordinal);
        if (hosts[0] == "-w") Assert.Equal(run.Error, _home.Peak("--cluster", file, "hosts", hosts[1]).Error);
    }

    [Fact]
    public void What_does_nothing_beside_hosts_of_a_run_is_warned_of()
    {
        _home.Exec("-w", "n[1-2]", "true");
        var run = _home.Exec("-q", "-w", "@last:ok!m1", "echo", "%h");
        Assert.StartsWith(
            "peak: warning: '@last:ok!m1', character 10: '!' takes nothing away here. ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_left_out_is_left_out_by_any_user_and_port()
    {
        var run = _home.Exec("-LN", "-w", "root@n[1-2]:2222,n[2-4]", "-x", "n[1-2]", "-x", "root@n4", "echo", "%h");
        Assert.Equal("n3\nn4\n", run.Out);
    }

    [Fact]
    public void What_a_remote_shell_is_not_told_is_refused()
    {
        foreach (string more in (string[])["-p 33 -w n1", "-o A=b -w n1", "-w root@n1:33"])
        {
            var run = _home.Bash($"peak run {more} id", ("RCMD_CMD", "/bin/echo"));
            Assert.Equal((2, ""), (run.ExitCode, run.Out));
            Assert.Contains("'/bin/echo' (RCMD_CMD)", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Leaving_out_nobody_is_warned_of()
    {
        var run = _home.Peak(["run", "-R", "exec", "-w", "n[1-2]", "-x", "m1", "echo", "%h"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("-x m1 leaves out none", run.Error, StringComparison.Ordinal);
    }
}
