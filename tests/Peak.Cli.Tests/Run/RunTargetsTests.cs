namespace Peak.Cli.Tests.Run;

/// <summary>Who runs a command.</summary>
public sealed class RunTargetsTests : IDisposable
{
    private readonly RunHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Without_a_cluster_file_it_is_this_machine_and_no_ssh()
    {
        var run = _home.Bash("PATH=/bin; $(type -P /nonexistent/ssh) " + PeakProcess.Binary + " run -- 'echo $((6*7))'");
        Assert.Equal((0, $"{System.Net.Dns.GetHostName()}: 42\n", ""), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void A_cluster_file_that_is_named_and_missing_stops_everything()
    {
        var run = _home.Peak("run", "--cluster", "nowhere", "--", "touch", "done");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("peak: the cluster file 'nowhere' does not exist", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_home["done"]));
    }

    [Fact]
    public void Without_an_option_it_is_every_host_of_the_file_once()
    {
        string[] expected =
        [
            "foo.baz.com", "bar.baz.com", "one.baz.com", "three.baz.com", "five.baz.com", "two.baz.com", "four.baz.com", "six.baz.com",
            "frob.baz.com",
        ];
        Assert.Equal(expected, Hosts("--cluster", Checkout.Sample));
        Assert.Equal(expected, Hosts("--cluster", Checkout.Sample, "-a", "-g", "odd", "-w", "foo.baz.com"));
    }

    [Fact]
    public void Groups_come_in_the_order_of_the_file() =>
        Assert.Equal(
            ["one.baz.com", "three.baz.com", "five.baz.com", "frob.baz.com"], Hosts("--cluster", Checkout.Sample, "-g", "odd,qux"));

    [Fact]
    public void Hosts_can_be_left_out() =>
        Assert.Equal(["three.baz.com"], Hosts("--cluster", Checkout.Sample, "-g", "odd", "-x", "@qux", "-x", "five.baz.com"));

    [Fact]
    public void A_node_set_names_hosts() => Assert.Equal(["n1", "n3", "n4"], Hosts("-w", "n[1-4]!n2"));

    [Theory]
    [InlineData("-w 'web[1-99999999]'", "'web[1-99999999]' names 99999999 hosts; a command line may name 1,000,000")]
    [InlineData("-w 'a[1-900000]' -w 'b[1-900000]'", "all of them together are too many hosts; a command line may name 1,000,000")]
    public void A_range_with_a_digit_too_many_is_refused_before_anything_else(string targets, string message)
    {
        var run = _home.Bash($"ulimit -v 1000000; peak run -R exec {targets} touch ran");
        Assert.Equal((2, "", $"peak: {message}\n"), (run.ExitCode, run.Out, run.Error));
        Assert.False(File.Exists(_home["ran"]));
    }

    [Fact]
    public void Any_number_of_hosts_can_be_left_out() => Assert.Equal(["web1"], Hosts("-w", "web[1-3]", "-x", "web[2-99999999]"));

    [Fact]
    public void A_host_file_has_node_sets_and_comments()
    {
        _home.Write("hosts", "n1 n[2-3] # the first rack\n\n# none\nm1\n");
        Assert.Equal(["m1", "n1", "n2", "n3"], Hosts("--hostfile", "hosts").Order());
    }

    [Fact]
    public void Standard_input_can_have_the_hosts() =>
        Assert.Equal("n1\nn2\n", _home.Bash("printf 'n1\\nn2' | peak run -R exec -w - -LN echo %h").Out);

    [Fact]
    public void Some_are_picked_and_keep_their_order()
    {
        string[] picked = Hosts("-w", "n[1-9]", "--pick", "4");
        Assert.Equal(4, picked.Distinct().Count());
        Assert.Equal(picked.Order(), picked);
        Assert.Single(Hosts("-w", "n[1-9]", "--one"));
    }

    [Fact]
    public void The_next_one_each_time()
    {
        Assert.Equal(["n1", "n2", "n3", "n1"], Enumerable.Range(0, 4).SelectMany(_ => Hosts("-w", "n[1-3]", "--next")));
        Assert.Equal(["n1"], Hosts("-w", "n[1-2]", "--next"));
        Assert.Equal(["n2"], Hosts("-w", "n[1-3]", "--next"));
    }

    [Fact]
    public void Runs_at_the_same_time_get_different_next_ones()
    {
        var run = _home.Bash("for i in 1 2 3 4 5 6 7 8; do peak run -R exec -qN -w 'n[1-8]' --next echo %h & done; wait");
        Assert.Equal(["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"], run.Lines.Order());
    }

    [Theory]
    [InlineData("no host is left to run on", "-w", "n1", "-x", "n1")]
    [InlineData("'-oProxyCommand=touch${IFS}x' can't be the name of a host: it begins with '-'", "-w", "-oProxyCommand=touch${IFS}x")]
    public void No_host_or_a_bad_one_is_an_error(string words, params string[] arguments)
    {
        var run = _home.Exec([.. arguments, "echo"]);
        Assert.Equal((2, "", $"peak: {words}\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void A_name_never_passes_through_a_shell()
    {
        var run = _home.Exec("-w", "a;touch${IFS}x,$(touch${IFS}y),`touch${IFS}z`", "-L", "echo", "%h");
        Assert.DoesNotContain(Directory.EnumerateFiles(_home.Path), f => Path.GetFileName(f) is "x" or "y" or "z");
        Assert.Contains("a;touch${IFS}x: a;touch${IFS}x\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_that_pdsh_would_include_are_not_lost_without_a_word()
    {
        _home.Write("all", "n1\n#include more\n");
        var run = _home.Exec("--hostfile", "all", "true");
        Assert.Equal(
            (2, "peak: all:2: '#include' is pdsh's, and not followed here: name that file by another --hostfile\n"),
            (run.ExitCode, run.Error));
    }

    [Fact]
    public void Options_end_at_the_command()
    {
        Assert.Equal("n1: -w n2 --json\n", _home.Exec("-w", "n1", "echo", "-w", "n2", "--json").Out);
        Assert.Equal("n1: -n\n", _home.Exec("-wn1", "-f1", "--", "printf", "%%s\n", "-n").Out);
    }

    [Fact]
    public void The_environment_sets_the_fan_out()
    {
        var run = _home.Bash("peak run -R exec -n -w 'n[1-9]' true", ("FANOUT", "3"));
        Assert.Contains("by: exec, 3 at once", run.Out, StringComparison.Ordinal);
        run = _home.Bash("peak run -R exec -n -w 'n[1-9]' true", ("FANOUT", "many"));
        Assert.Equal((2, "peak: the environment variable FANOUT must be a number from 1, not 'many'\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_remote_shell_of_ClusterIts_is_called_as_ClusterIt_does()
    {
        _home.WriteProgram("rsh", "#!/bin/sh\nprintf '<%s>' \"$@\"\necho\n");
        var run = _home.Bash(
            "peak run -w n1 ls -l '$HOME'",
            ("RCMD_CMD", "./rsh"), ("RCMD_CMD_ARGS", "-n -q"), ("RCMD_USER", "me"));
        Assert.Equal("n1: <-n><-q><-l><me><n1><ls -l $HOME>\n", run.Out);
    }

    [Theory]
    [InlineData("unset SHELL")] // no login sets it
    [InlineData("export SHELL=/bin/bash")]
    public void A_remote_shell_takes_the_environment_along_in_the_line(string login)
    {
        _home.WriteProgram("rsh", $"#!/bin/sh\nshift\n{login}\neval \"$1\"\n");
        var run = _home.Bash("peak run -w n1 --env 'A=two words' --env B=3 'echo $A, $B'", ("RCMD_CMD", "./rsh"));
        Assert.Equal((0, "n1: two words, 3\n", ""), (run.ExitCode, run.Out, run.Error));
    }

    private string[] Hosts(params string[] arguments)
    {
        var run = _home.Exec([.. arguments, "-LN", "echo", "%h"]);
        Assert.Equal(0, run.ExitCode);
        return run.Lines;
    }
}
