using System.Text.Json;

namespace Peak.Cli.Tests;

public class PropertiesTests
{
    private static Finished Properties(params string[] arguments) =>
        PeakProcess.Run(["properties", .. arguments, "--cluster", Checkout.Sample]);

    [Fact]
    public void Without_arguments_all_of_the_cluster_is_printed()
    {
        var lines = Properties().Lines;
        Assert.Contains("peak.running.cluster.groups = (\"odd\", \"even\", \"prime\", \"qux\", \"weird\")", lines);
        Assert.Contains("peak.running.cluster.hosts.one.baz.com = (\"odd\", \"prime\", \"qux\", \"weird\")", lines);
        Assert.Contains("peak.running.cluster.groups.__orphans__ = (\"foo.baz.com\", \"bar.baz.com\")", lines);
        Assert.Contains($"peak.running.cluster._filename = {Checkout.Sample}", lines);
    }

    [Fact]
    public void A_single_name_prints_just_its_value_one_item_a_line() =>
        Assert.Equal("one.baz.com\nthree.baz.com\nfive.baz.com\ntwo.baz.com\n", Properties("peak.running.cluster.groups.prime").Out);

    [Fact]
    public void Two_names_print_names_and_values() =>
        Assert.Equal(
            "peak.running.cluster.groups.qux = (\"one.baz.com\", \"frob.baz.com\")\npeak.running.cluster.hosts.foo.baz.com = ()\n",
            Properties("peak.running.cluster.groups.qux", "peak.running.cluster.hosts.foo.baz.com").Out);

    [Fact]
    public void A_prefix_prints_everything_below_it() =>
        Assert.Equal(7, Properties("peak.running.cluster.groups.*").Lines.Length);

    [Fact]
    public void An_unknown_name_is_said_and_exits_1_and_the_others_are_printed()
    {
        var run = Properties("peak.running.cluster.nope", "peak.running.cluster.groups.qux");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("peak.running.cluster.groups.qux = (\"one.baz.com\", \"frob.baz.com\")\n", run.Out);
        Assert.Equal("peak: there is no property 'peak.running.cluster.nope'\n", run.Error);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a..b")]
    [InlineData("a*")]
    [InlineData("a?")]
    [InlineData("")]
    public void What_is_no_property_name_is_wrong_usage(string name) => Assert.Equal(2, Properties(name).ExitCode);

    [Fact]
    public void The_environment_is_below_environ_and_behind_main()
    {
        Assert.Equal("x y\n", PeakProcess.Bash("WORDS='x y' peak properties environ.WORDS").Out);
        Assert.Equal("x y\n", PeakProcess.Bash("WORDS='x y' peak properties __main__.WORDS").Out);
    }

    [Fact]
    public void What_is_not_of_the_cluster_does_not_read_its_file()
    {
        var run = PeakProcess.Bash("peak properties environ.PATH --cluster /no/such/file");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_value_of_several_lines_stays_on_one_line_behind_its_name() =>
        Assert.Equal(
            "environ.A = 1^J2\nenviron.B = 3\n",
            PeakProcess.Bash("A=$'1\\n2' B=3 peak properties environ.A environ.B").Out);

    [Fact]
    public void As_json_they_are_one_object_of_texts_and_arrays()
    {
        using var json = JsonDocument.Parse(Properties("--json").Out);
        Assert.Equal(JsonValueKind.String, json.RootElement.GetProperty("peak.running.cluster.hostname").ValueKind);
        Assert.Equal(9, json.RootElement.GetProperty("peak.running.cluster.hosts").GetArrayLength());
    }
}
