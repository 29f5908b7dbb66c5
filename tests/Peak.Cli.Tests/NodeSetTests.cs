namespace Peak.Cli.Tests;

public class NodeSetTests
{
    private static Finished Run(params string[] arguments) => PeakProcess.Run(["nodeset", .. arguments]);

    private static Finished RunOnSample(params string[] arguments) =>
        PeakProcess.Run(["nodeset", "--cluster", Checkout.Sample, .. arguments]);

    [Theory]
    [InlineData("-f n3 n1 n2 n10", "n[1-3,10]")]
    [InlineData("-e n[1-3]", "n1 n2 n3")]
    [InlineData("-c n[1-5] n[4-8]", "8")]
    [InlineData("-c node[1-1000000000]", "1000000000")]
    [InlineData("-f n[1-9] -x n[3-5] n4", "n[1-2,4,6-9]")]
    [InlineData("-f n[1-9] -i n[5-12] -X n[9-10]", "n[5-8,10]")]
    [InlineData("-f -x n2 -i n[1-2] n5", "n5")]
    [InlineData("-fx n2 n[1-3]", "n[1-3]")]
    [InlineData("-f n[1-3] --exclude=n2", "n[1,3]")]
    [InlineData("-e -S , n[1-3]", "n1,n2,n3")]
    [InlineData("-e -S \\n n[1-2]", "n1\nn2")]
    [InlineData("-e -O <%4s> n[9-10]", "<  n9> < n10>")]
    [InlineData("-f -O %s-ib n[1-2]", "n[1-2]-ib")]
    [InlineData("-c -O %s%% n[1-2]", "2%")]
    [InlineData("-f -I 1-2,5 n[1-9]", "n[2-3,6]")]
    [InlineData("-f --split 2 n[1-5]", "n[1-3]\nn[4-5]")]
    [InlineData("-f --contiguous n[1-2,5]", "n[1-2]\nn5")]
    [InlineData("-f --autostep=3 n[1,3,5,9]", "n[1-5/2,9]")]
    [InlineData("-f --axis 2 a[1-2]b[1-2]", "a1b[1-2],a2b[1-2]")]
    [InlineData("-R -f 5 1-3 -x 2", "1,3,5")]
    [InlineData("-R -f -- -3--1", "-3--1")]
    [InlineData("-R -e 8-10", "8 9 10")]
    [InlineData("-f n[1-3] --autostep 2", "n[1-3]")]
    [InlineData("--fol n1", "n1")]
    public void Sets_are_combined_and_printed_as_nodeset_does(string arguments, string output)
    {
        var run = Run(arguments.Split(' '));
        Assert.Equal((0, output + "\n"), (run.ExitCode, run.Out));
    }

    [Theory]
    [InlineData("n5 n[0-9]", "5")]
    [InlineData("db1 web1 db1 app[1-3]", "3")]
    [InlineData("n02b3 n[01-02]b[1-4]", "6")]
    [InlineData("n999999999 n[1-1000000000]", "999999998")]
    [InlineData("n4 n[1-9] -x n2", "2")]
    [InlineData("n4 -I 2-5 n[1-9]", "1")]
    [InlineData("18 -R 1,5,18-31", "2")]
    [InlineData("n2 -O <%s> n[1-3]", "<1>")]
    [InlineData("n2 --json n[1-3]", "1")]
    public void The_place_of_a_node_is_the_one_it_has_when_the_set_is_expanded(string arguments, string place)
    {
        var run = Run(["--index", .. arguments.Split(' ')]);
        Assert.Equal((0, place + "\n"), (run.ExitCode, run.Out));
    }

    [Theory]
    [InlineData("n9 n[1-3]", 1, "'n9' is not in the set")]
    [InlineData("n[1-2] n[1-3]", 2, "--index needs one node, and 'n[1-2]' is 2 of them")]
    [InlineData("n1 --pick 1 n[1-3]", 2, "--index and --pick exclude each other")]
    [InlineData("n1 -c n[1-3]", 2, "two commands")]
    public void A_node_without_a_place_is_told(string arguments, int exitCode, string message)
    {
        var run = Run(["--index", .. arguments.Split(' ')]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n[1-3] -x n9", "n[1-3]", "-x n9 takes nothing away")]
    [InlineData("n[1-3] -i n[1-9]", "n[1-3]", "-i 'n[1-9]' takes nothing away")]
    [InlineData("n[1-3]!n9", "n[1-3]", "'n[1-3]!n9', character 8: '!' takes nothing away here.")]
    [InlineData("n1,n2&n[1-9]", "n[1-2]", "'&' takes nothing away here.")]
    [InlineData("n1,x*", "n1", "'n1,x*', character 4: No node matches this wildcard.")]
    public void What_does_nothing_is_told(string arguments, string output, string warning)
    {
        var run = RunOnSample(["-f", .. arguments.Split(' ')]);
        Assert.Equal((0, output + "\n"), (run.ExitCode, run.Out));
        Assert.Contains(warning, run.Error, StringComparison.Ordinal);
        Assert.Equal("", RunOnSample(["-q", "-f", .. arguments.Split(' ')]).Error);
    }

    [Theory]
    [InlineData("n1 n2\tn3\n", "n[1-3]")]
    [InlineData("n1", "n1")]
    [InlineData("foo12", "foo12")]
    [InlineData("n1 # n2\n#n3\nn[4-5],n7", "n[1,4-5,7]")]
    [InlineData("", "")]
    [InlineData("\r\nn1\r\n", "n1")]
    public void Standard_input_is_read_where_no_set_is_given(string input, string output) =>
        Assert.Equal(output + "\n", PeakProcess.RunWithInput(input, "nodeset", "-f").Out);

    [Fact]
    public void A_hyphen_is_standard_input_anywhere() =>
        Assert.Equal("n[1-2,5]\n", PeakProcess.RunWithInput("n3 n4", "nodeset", "-f", "n[1-5]", "-x", "-").Out);

    [Fact]
    public void Long_words_and_many_words_of_standard_input_arrive_whole()
    {
        string input = string.Join('\n', Enumerable.Range(1, 50_000).Select(i => $"node{i}")) + " x" + new string('y', 200_000);
        Assert.Equal("50001\n", PeakProcess.RunWithInput(input, "nodeset", "-c").Out);
    }

    [Theory]
    [InlineData("-f @prime", "five.baz.com,one.baz.com,three.baz.com,two.baz.com")]
    [InlineData("-c @*", "9")]
    [InlineData("-c -a", "9")]
    [InlineData("-f @odd!@prime", "")]
    [InlineData("-f t*", "three.baz.com,two.baz.com")]
    [InlineData("-r @prime", "@prime")]
    [InlineData("-r -s cluster @prime frob.baz.com", "@cluster:weird")]
    [InlineData("-l", "@even\n@odd\n@prime\n@qux\n@weird")]
    [InlineData("-l two.baz.com", "@even\n@prime\n@weird")]
    [InlineData("-ll six.baz.com two.baz.com -x six.baz.com", "@even two.baz.com\n@prime two.baz.com\n@weird two.baz.com")]
    [InlineData("-lll two.baz.com", "@even two.baz.com 1/3\n@prime two.baz.com 1/4\n@weird two.baz.com 1/5")]
    [InlineData("--list-sources", "cluster (default)")]
    [InlineData("-f @@", "even,odd,prime,qux,weird")]
    public void Groups_are_those_of_the_cluster_file(string arguments, string output)
    {
        var run = PeakProcess.Start(
            PeakProcess.Binary,
            ["nodeset", "--cluster", Checkout.Sample, .. arguments.Split(' ')],
            environment: [("CLUSTERSHELL_CFGDIR", "/nonexistent"), ("HOME", "/nonexistent")]);
        Assert.Equal((0, output + "\n"), (run.ExitCode, run.Out));
    }

    [Theory]
    [InlineData("-f @prme", "'@prme', character 1: There is no group '@prme'; did you mean '@prime'?")]
    [InlineData("-f @x:y", "There is no group source 'x'")]
    [InlineData("-f n[1-", "'n[1-', character 2: ")]
    [InlineData("-f n1,", "character ")]
    [InlineData("-c a[1-999999999999999999]b[1-999999999999999999]c[1-999999999999999999]", "more names than can be counted")]
    [InlineData("-l -s nosuch", "There is no group source 'nosuch'")]
    public void What_is_no_set_exits_1_and_prints_nothing(string arguments, string message)
    {
        var run = RunOnSample(arguments.Split(' '));
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no command")]
    [InlineData("-f -c n1", "two commands")]
    [InlineData("-f --nosuch n1", "no flag --nosuch")]
    [InlineData("-fZ n1", "no flag -Z")]
    [InlineData("-f -x", "--exclude needs a value")]
    [InlineData("-f --split many n1", "--split needs a number")]
    [InlineData("-f --split 2 --contiguous n1", "exclude each other")]
    [InlineData("-R -a -f", "-a and -r are for names")]
    [InlineData("-e --axis 1 n1", "--axis is for -f")]
    [InlineData("-f --autostep x n1", "--autostep needs")]
    [InlineData("-f -O nothing n1", "no %s")]
    [InlineData("-f --count=3 n1", "--count takes no value")]
    [InlineData("-f --li n1", "--list")]
    [InlineData("-f --color pink n1", "--color is auto, always or never")]
    [InlineData("-f --from pdsh ^/nonexistent", "can't read '/nonexistent'")]
    [InlineData("-f --to html n1", "there is no notation 'html'")]
    public void Wrong_usage_exits_2(string arguments, string message)
    {
        var run = Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Picks_are_of_the_set_and_a_seed_repeats_them()
    {
        string[] picks = [.. Enumerable.Range(0, 3).Select(_ => Run("-e", "--pick", "5", "--seed", "7", "n[1-100]").Out)];
        Assert.Equal(5, picks[0].Split(' ').Distinct().Count());
        Assert.Single(picks.Distinct());
    }

    [Theory]
    [InlineData("--from pdsh -f n[1-5],-n[2-3]", "n[1,4-5]")]
    [InlineData("--to pdsh -f a[1-2]-ib", "a1-ib,a2-ib")]
    [InlineData("--from ansible -f prime:&odd:!one.baz.com", "five.baz.com,three.baz.com")]
    [InlineData("--from ansible -f even[0:1]", "four.baz.com,two.baz.com")]
    [InlineData("--to ansible -f one.baz.com two.baz.com", "one.baz.com,two.baz.com")]
    [InlineData("--to ansible -r @qux six.baz.com", "qux,six.baz.com")]
    public void Other_notations_are_read_and_written(string arguments, string output) =>
        Assert.Equal(output + "\n", RunOnSample(arguments.Split(' ')).Out);

    [Fact]
    public void What_another_notation_can_not_say_is_an_error()
    {
        var run = Run("--to", "pdsh", "-f", "fe80::1");
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains("means something else to pdsh or Slurm", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, RunOnSample("--to", "pdsh", "-r", "@odd").ExitCode);
    }

    [Theory]
    [InlineData("-c n[1-3]", "3")]
    [InlineData("-e n[1-3]", """["n1","n2","n3"]""")]
    [InlineData("-f n1 n2", "\"n[1-2]\"")]
    [InlineData("-f --split 2 n[1-3]", """["n[1-2]","n3"]""")]
    [InlineData("-R -f 1-3 5", "\"1-3,5\"")]
    [InlineData("-r @prime", "\"@prime\"")]
    [InlineData("-l two.baz.com -i @qux", "[]")]
    [InlineData(
        "-l frob.baz.com",
        """[{"source":"cluster","group":"qux","nodes":"frob.baz.com","count":1,"total":2},"""
        + """{"source":"cluster","group":"weird","nodes":"frob.baz.com","count":1,"total":5}]""")]
    public void As_json_each_answer_is_one_document(string arguments, string json) =>
        Assert.Equal(json + "\n", RunOnSample(["--json", .. arguments.Split(' ')]).Out);

    [Fact]
    public void Help_lists_every_flag()
    {
        var run = Run("--help");
        Assert.Equal(0, run.ExitCode);
        string[] flags =
        [
            "-c", "-e", "-f", "-l", "-L", "-r", "--list-sources", "-x", "-i", "-X", "-a", "-s", "-G", "-R", "-S", "-O", "-I", "--split",
            "--contiguous", "--axis", "--pick", "--autostep", "-q", "-d",
        ];
        foreach (string flag in flags)
            Assert.Contains($"{flag}", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-f --hel n1")]
    [InlineData("--he")]
    [InlineData("-fh n1")]
    [InlineData("-f n1 -?")]
    public void Help_is_asked_for_as_getopt_allows(string arguments)
    {
        var run = Run(arguments.Split(' '));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(Run("--help").Out, run.Out);
    }

    [Fact]
    public void Verbs_take_node_sets_wherever_they_take_hosts()
    {
        var hosts = PeakProcess.Run("hosts", "--cluster", Checkout.Sample, "@prime!@odd", "s*");
        Assert.Equal("two.baz.com\nsix.baz.com\n", hosts.Out);
        var groups = PeakProcess.Run("groups", "--cluster", Checkout.Sample, "@prime!@odd");
        Assert.Contains("even", groups.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_of_a_node_set_that_the_cluster_lacks_is_told()
    {
        var run = PeakProcess.Run("hosts", "--cluster", Checkout.Sample, "one.baz.com,n[1-3]");
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains("there are no hosts 'n[1-3]' in the cluster", run.Error, StringComparison.Ordinal);
    }
}
