using System.Text.Json;

namespace Peak.Cli.Tests;

public class HostsTests
{
    [Fact]
    public void Without_arguments_all_hosts_are_listed_in_the_order_of_the_file()
    {
        var run = PeakProcess.Run("hosts", "--cluster", Checkout.Sample);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            "foo.baz.com\nbar.baz.com\none.baz.com\nthree.baz.com\nfive.baz.com\ntwo.baz.com\nfour.baz.com\nsix.baz.com\nfrob.baz.com\n",
            run.Out);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void A_lump_lists_its_hosts_once_each_in_the_order_of_the_file() =>
        Assert.Equal(
            "one.baz.com\nthree.baz.com\nfive.baz.com\ntwo.baz.com\nfrob.baz.com\n",
            PeakProcess.Run("hosts", "@weird", "--cluster", Checkout.Sample).Out);

    [Fact]
    public void Hosts_and_groups_can_be_mixed() =>
        Assert.Equal(
            ["foo.baz.com", "one.baz.com", "frob.baz.com"],
            PeakProcess.Run("hosts", "@qux", "foo.baz.com", "--cluster", Checkout.Sample).Lines);

    [Theory]
    [InlineData("@__all__", 9)]
    [InlineData("@__orphans__", 2)]
    public void The_implied_groups_have_hosts_too(string group, int count) =>
        Assert.Equal(count, PeakProcess.Run("hosts", group, "--cluster", Checkout.Sample).Lines.Length);

    [Theory]
    [InlineData("@nope")]
    [InlineData("nope.baz.com")]
    public void A_name_that_is_not_in_the_cluster_is_said_and_exits_1(string name)
    {
        var run = PeakProcess.Run("hosts", name, "--cluster", Checkout.Sample);
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.Contains("nope", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void As_json_they_are_an_array_of_names()
    {
        using var json = JsonDocument.Parse(PeakProcess.Run("hosts", "@qux", "--json", "--cluster", Checkout.Sample).Out);
        Assert.Equal(["one.baz.com", "frob.baz.com"], json.RootElement.EnumerateArray().Select(e => e.GetString()));
    }

    [Fact]
    public void As_verbose_json_they_have_their_groups()
    {
        using var json = JsonDocument.Parse(PeakProcess.Run("hosts", "-v", "--json", "--cluster", Checkout.Sample).Out);
        var one = json.RootElement.EnumerateArray().Single(e => e.GetProperty("name").GetString() == "one.baz.com");
        Assert.Equal(["odd", "prime", "qux", "weird"], one.GetProperty("groups").EnumerateArray().Select(e => e.GetString()));
    }

    [Fact]
    public void Verbose_they_are_a_table_with_their_groups_that_says_which_one_is_this_machine()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", $"spare\nGROUP:web\nweb1\n{Environment.MachineName}\nGROUP:db\nweb1\n");
        int width = Math.Max("spare".Length, Environment.MachineName.Length);
        string[] expected =
        [
            $"{"HOST".PadRight(width)}  HERE  GROUPS",
            $"{"spare".PadRight(width)}  no",
            $"{"web1".PadRight(width)}  no    web db",
            $"{Environment.MachineName.PadRight(width)}  yes   web",
        ];
        Assert.Equal(expected, PeakProcess.Run("hosts", "-v", "--cluster", file).Lines);
    }

    [Fact]
    public void The_environment_names_the_cluster_where_no_option_does() =>
        Assert.Equal(9, PeakProcess.Bash("peak hosts").Lines.Length);

    [Fact]
    public void The_option_goes_before_the_environment()
    {
        using var folder = new TemporaryFolder();
        folder.Write("other", "elsewhere\n");
        Assert.Equal("elsewhere\n", PeakProcess.Bash($"peak hosts --cluster {folder["other"]}").Out);
    }

    [Fact]
    public void Without_a_file_the_cluster_is_this_machine()
    {
        var run = PeakProcess.Run("hosts");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(PeakProcess.Bash("hostname").Out, run.Out);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void A_named_but_missing_file_is_a_warning_and_the_cluster_is_this_machine()
    {
        var run = PeakProcess.Run("hosts", "--cluster", "/no/such/file");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(PeakProcess.Bash("hostname").Out, run.Out);
        Assert.Contains("'/no/such/file' does not exist", run.Error, StringComparison.Ordinal);
    }
}
