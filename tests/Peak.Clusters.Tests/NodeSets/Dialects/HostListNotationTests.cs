using System.Diagnostics;
using CsCheck;
using Peak.Clusters.NodeSets;
using Peak.Clusters.NodeSets.Dialects;

namespace Peak.Clusters.Tests.NodeSets.Dialects;

public class HostListNotationTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("n1", "n1")]
    [InlineData("n[1-3,7]", "n[1-3,7]")]
    [InlineData("n[01-03]", "n[01-03]")]
    [InlineData("n[8-010]", "n[8-10]")]
    [InlineData("n[08-11]", "n[08-11]")]
    [InlineData("n[98-101]", "n[98-101]")]
    [InlineData("n[1-3,01-03]", "n[1-3,01-03]")]
    [InlineData("a[1-2]b[1-2]", "a[1-2]b[1-2]")]
    [InlineData("a[1-2][3-4]", "a[13-14,23-24]")]
    [InlineData("a1[0-1]", "a[10-11]")]
    [InlineData("a[1-2]-ib0", "a[1-2]-ib0")]
    [InlineData("n1 n2,n3\tn4", "n[1-4]")]
    [InlineData("n[1-10],-n[3-4]", "n[1-2,5-10]")]
    [InlineData("-n3,n[1-4]", "n[1-2,4]")]
    [InlineData("n[1-3,7],/2$/", "n2")]
    [InlineData("n[0-3],-/2/", "n[0-1,3]")]
    [InlineData("web-1,web-2", "web-[1-2]")]
    public void A_list_is_read_as_pdsh_reads_it(string list, string set) => Assert.Equal(set, HostListNotation.Parse(list).ToString());

    [Fact]
    public void A_file_is_a_list_a_line_with_comments()
    {
        static string Read(string file) => file == "hosts" ? "n1\nn[5-6] # two more\n# none\nn9,n10\n" : throw new FileNotFoundException();
        Assert.Equal("n[1,5-6,9-10]", HostListNotation.Parse("^hosts", Read).ToString());
        Assert.Equal("n[2-4,7]", HostListNotation.Parse("n[1-7],-^hosts", Read).ToString());
    }

    [Theory]
    [InlineData("n[3-1]", 2, "'3-1' ends before it begins.", "Write 1-3.")]
    [InlineData("n[1-5/2]", 2, "'1-5/2' is no range.", "Write a number or first-last; steps are not known to this notation.")]
    [InlineData("x,n[]", 4, "'' is no range.", "Write a number or first-last; steps are not known to this notation.")]
    [InlineData("n[1-3", 1, "'[' has no ']'.", "Write ']' after the ranges.")]
    [InlineData("n1]", 2, "']' closes no '['.", "Remove it or write '[' before the ranges.")]
    [InlineData("@prime", 0, "'@' can't stand in a name of this notation.", "Remove it.")]
    [InlineData("n1,-", 3, "'-' takes away nothing.", "Write a name after it.")]
    [InlineData("^hosts", 0, "A file can't be read here.", "Write its names into the list.")]
    [InlineData(
        "n[1-9999999]", 2, "The term stands for more than 1048576 names.", "Write it in ClusterShell's notation, which has no limit.")]
    [InlineData("a[1-9999]b[1-9999]", 11, "The term stands for more than 1048576 names.",
        "Write it in ClusterShell's notation, which has no limit.")]
    public void What_is_no_list_is_told_with_place_and_remedy(string list, int position, string message, string remedy)
    {
        var error = Assert.Throws<NodeSetException>(() => HostListNotation.Parse(list)).Error;
        Assert.Equal((position, remedy), (error.Position, error.Remedy));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_regular_expression_that_explodes_is_stopped() =>
        Assert.Contains("took more than", Assert.Throws<NodeSetException>(
            () => HostListNotation.Parse($"{new string('a', 60)}b,/^(a+)+$/")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("n[1-3,7]", "n[1-3,7]")]
    [InlineData("n[1,01,001]", "n[1,01,001]")]
    [InlineData("a[1-2]b[1-2]", "a[1-2]b[1-2]")]
    [InlineData("a[1-2]-ib0,z", "a1-ib0,a2-ib0,z")]
    [InlineData("a[1-2]b[1-2]c", "a1b1c,a1b2c,a2b1c,a2b2c")]
    [InlineData("n[1-40000]", "n[1-16384,16385-32768,32769-40000]")]
    public void A_set_is_written_so_that_pdsh_and_Slurm_read_it(string set, string list) =>
        Assert.Equal(list, HostListNotation.Format(NodeSet.Parse(set)));

    [Theory]
    [InlineData("fe80::1")]
    [InlineData("user@n1")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    public void A_name_that_a_list_can_not_say_is_an_error(string name)
    {
        var error = Assert.Throws<NodeSetException>(() => HostListNotation.Format(NodeSet.Of(name))).Error;
        Assert.Contains("means something else to pdsh or Slurm", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void What_is_written_is_read_as_the_same_set() =>
        Gen.String["ab017-"].Where(name => name.Length > 0 && name[0] != '-').List[0, 40].Sample(names =>
        {
            var set = NodeSet.Of(names);
            return HostListNotation.Parse(HostListNotation.Format(set)) == set;
        });

    [Fact]
    public void Pdsh_itself_reads_what_is_written_as_the_same_set()
    {
        Programs.Need("pdsh");
        var set = NodeSet.Parse("a[1-2]b[08-11],n[1-3,01-03,7],x[1-2]-ib,z");
        var start = new ProcessStartInfo(
            "/usr/bin/pdsh", ["-R", "exec", "-w", HostListNotation.Format(set), "-q", "true"])
        { RedirectStandardOutput = true };
        using var pdsh = Process.Start(start)!;
        string last = pdsh.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        pdsh.WaitForExit();
        Assert.Equal(set, HostListNotation.Parse(last));
    }
}
