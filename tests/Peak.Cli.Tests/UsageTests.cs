namespace Peak.Cli.Tests;

public class UsageTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("nodeset")]
    [InlineData("check")]
    public void A_link_that_is_called_like_a_verb_is_peak(string name)
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder[name], PeakProcess.Binary);
        var run = PeakProcess.Start(folder[name], ["hosts", "@qux", "--cluster", Checkout.Sample]);
        Assert.Equal((0, "one.baz.com\nfrob.baz.com\n"), (run.ExitCode, string.Join('\n', run.Lines.Order().Reverse()) + "\n"));
        Assert.Equal(PeakProcess.Run("--help").Out, PeakProcess.Start(folder[name], ["--help"]).Out);
    }

    [Fact]
    public void The_help_names_arguments_and_does_not_list_what_they_may_be() =>
        Assert.DoesNotContain(
            "PATH", PeakProcess.Run("--help").Out + PeakProcess.Run("properties", "--help").Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("hosts --nope")]
    [InlineData("graph more")]
    [InlineData("hosts --cluster")]
    [InlineData("hosts --color sometimes")]
    public void Wrong_usage_exits_2_and_points_to_the_help(string arguments)
    {
        var run = PeakProcess.Bash($"peak {arguments}");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("peak: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("--help'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run -b --fanot 3 uptime", "'peak run' has no option '--fanot'; did you mean '--fanout'?")]
    [InlineData("-w web1 uptime", "'peak' has no option '-w'; a command is run on hosts by 'peak run -w … COMMAND'")]
    [InlineData("run --hosts web1 uptime", "'peak run' has no option '--hosts'; did you mean '-w'?")]
    [InlineData("run -H web1 uptime", "'peak run' has no option '-H'; did you mean '-w'?")]
    [InlineData("last --jsno", "'peak last' has no option '--jsno'; did you mean '--json'?")]
    [InlineData("gather --dif log", "'peak gather' has no option '--dif'; did you mean '--diff'?")]
    [InlineData("trust --yess web1", "'peak trust' has no option '--yess'; did you mean '--yes'?")]
    [InlineData("trust web1 -oA=b -Z", "'peak trust' has no option '-Z'")]
    [InlineData("hosts @odd --verbos", "'peak hosts' has no option '--verbos'; did you mean '--verbose'?")]
    [InlineData("groups --jso", "'peak groups' has no option '--jso'; did you mean '--json'?")]
    [InlineData("nodeset --regruop n1", "there is no flag --regruop; did you mean '--regroup'?")]
    [InlineData("properties --jsn", "'peak properties' has no option '--jsn'; did you mean '--json'?")]
    [InlineData("check --strit", "'peak check' has no option '--strit'; did you mean '--strict'?")]
    [InlineData("graph --formt=svg", "'peak graph' has no option '--formt'; did you mean '--format'?")]
    [InlineData("edit add web1 --grup=web", "'peak edit add' has no option '--grup'; did you mean '--group'?")]
    [InlineData("edit --dry-rn sort", "'peak edit' has no option '--dry-rn'; did you mean '--dry-run'?")]
    [InlineData("completion --verbos bash", "'peak completion' has no option '--verbos'; did you mean '--verbose'?")]
    [InlineData("help --mn x", "'peak help' has no option '--mn'; did you mean '--man'?")]
    [InlineData("--clutser f hosts", "'peak' has no option '--clutser'; did you mean '--cluster'?")]
    public void An_option_that_there_is_not_is_told_with_a_guess(string arguments, string words)
    {
        var run = PeakProcess.Bash($"peak {arguments}");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hosst", "there is no verb 'hosst'; did you mean 'hosts'?")]
    [InlineData("--color x nope me", "there is no verb 'nope'; a command is run on hosts by 'peak run -w nope me'")]
    [InlineData("nope", "there is no verb 'nope'; 'peak help' lists them")]
    [InlineData("cp a b", "there is no verb 'cp': files get to hosts by 'peak copy -w HOSTS ")]
    [InlineData("copy a web1:x", "'web1:x' names hosts, which is done by -w web1 ('./web1:x' is a file of that name)")]
    [InlineData("copy /etc/hosts prime", "'prime' names hosts, which is done by -w @prime ")]
    [InlineData("fetch @odd:/etc/hosts d", "'@odd:/etc/hosts' names hosts, which is done by -w @odd ")]
    [InlineData("run -g '' uptime", "no group is named by -g ''")]
    [InlineData("run -x one.baz.com true --dry-run", "'--dry-run' is after the command 'true'")]
    [InlineData("run -R exec --check -n true", "'--check' needs a value, and '-n' is an option")]
    [InlineData("run -R exec 'one.baz.com,two.baz.com' true", "'one.baz.com,two.baz.com' names hosts of the cluster, not a command")]
    [InlineData("run -R exec root@one.baz.com true", "'root@one.baz.com' names hosts of the cluster, not a command")]
    [InlineData("run --watch --no-multiplex -w n1 true", "--watch is what a host does for a command over a shared ssh connection")]
    [InlineData("run prime uptime", "'@prime' is a group, not a command; hosts are named by -w: peak run -w @prime uptime ")]
    [InlineData("uname -a", "there is no verb 'uname'; a command is run on hosts by 'peak run -w HOSTS uname -a'")]
    [InlineData("uptime", "there is no verb 'uptime'; a command is run on hosts by 'peak run -w HOSTS uptime'")]
    [InlineData("run —dry-run uptime", "'—dry-run' begins with a dash of typography, and options begin with '-'")]
    [InlineData("exec web1 uptime", "a command is run on hosts by 'peak run -w HOSTS COMMAND'")]
    [InlineData("web1 uptime", "there is no verb 'web1'; a command is run on hosts by 'peak run -w web1 uptime'")]
    [InlineData(
        "one.baz.com uptime",
        "'one.baz.com' is a host of the cluster; a command is run on hosts by 'peak run -w one.baz.com uptime'")]
    [InlineData("@odd uptime", "'@odd' is a group; a command is run on hosts by 'peak run -w @odd uptime'")]
    [InlineData("'n[1-3]' uptime", "by 'peak run -w 'n[1-3]' uptime'")]
    [InlineData("edit ad web1", "'peak edit' has no command 'ad'; did you mean 'add'?")]
    [InlineData("help hosst", "there is no verb 'hosst'; did you mean 'hosts'?")]
    public void A_verb_that_there_is_not_is_told_with_what_was_meant(string arguments, string words)
    {
        var run = PeakProcess.Bash($"peak {arguments}");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_in_the_place_of_a_verb_drives_no_terminal() =>
        Assert.DoesNotContain('\e', PeakProcess.RunOnTerminal("peak $'\\e[2Jweb1' uptime").Out);

    [Fact]
    public void The_version_is_one_line() => Assert.Matches(@"^peak \d+\.\d+\.\d+\n$", PeakProcess.Run("--version").Out);

    [Fact]
    public void A_file_called_like_a_group_argument_is_not_read_for_arguments()
    {
        using var folder = new TemporaryFolder();
        folder.Write("odd", "--nope");
        var run = PeakProcess.Bash("peak hosts @odd", folder.Path);
        Assert.Equal("one.baz.com\nthree.baz.com\nfive.baz.com\n", run.Out);
    }
}
