using System.Buffers;
using System.Text;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Tests.NodeSets;

public class NodeSetTests
{
    [Theory]
    [InlineData("root@web[1-3]:2222", "root@web1:2222 root@web2:2222 root@web3:2222", "root@web[1-3]:2222")]
    [InlineData("web1:22,web1:2222", "web1:22 web1:2222", "web1:[22,2222]")]
    [InlineData("[2001:db8::1]:22", "[2001:db8::1]:22", "[2001:db8::1]:22")]
    [InlineData("user@[fe80::1%eth0]:22", "user@[fe80::1%eth0]:22", "user@[fe80::1%eth0]:22")]
    [InlineData("user@fe80::1%eth0", "user@fe80::1%eth0", "user@fe80::1%eth0")]
    [InlineData("2001:db8::1,2001:db8::2", "2001:db8::1 2001:db8::2", "2001:db8::[1-2]")]
    [InlineData("[2001:db8::[1-2]]:22", "[2001:db8::1]:22 [2001:db8::2]:22", "[2001:db8::[1-2]]:22")]
    [InlineData("[::1]:[22,80]", "[::1]:22 [::1]:80", "[::1]:[22,80]")]
    [InlineData("[::1],[::2]:22", "[::1] [::2]:22", "[::1],[::2]:22")]
    [InlineData("[1::1]:22,[2::1]:22", "[1::1]:22 [2::1]:22", "[[1-2]::1]:22")]
    public void A_target_with_a_user_or_a_port_is_a_name(string text, string names, string folded)
    {
        Assert.Equal(names.Split(' '), NodeSet.Parse(text));
        Assert.Equal(folded, NodeSet.Parse(text).ToString());
        Assert.Equal(folded, NodeSet.Of(names.Split(' ')).ToString());
        Assert.True(NodeSetExpression.Parse(text).IsConstant);
    }

    [Theory]
    [InlineData("[2001:db8::1", 0)]
    [InlineData("[2001:db8::1,web1", 0)]
    [InlineData("a,[::[1-2]", 3)]
    [InlineData("2001:db8::1]:22", 11)]
    [InlineData("n[1-2[3-4]]", 5)]
    public void Brackets_that_are_neither_a_range_nor_an_address_are_an_error(string text, int position)
    {
        Assert.False(NodeSet.TryParse(text, out _, out var error));
        Assert.Equal(position, error.Position);
    }

    [Theory]
    [InlineData("web3,web1,web2", "web[1-3]")]
    [InlineData("n1,n01,n001", "n[1,01,001]")]
    [InlineData("n08,n09,n10,n11,n9", "n[9,08-11]")]
    [InlineData("a1-ib,a2-ib,a1", "a1,a[1-2]-ib")]
    [InlineData("rack1node1,rack1node2,rack2node1,rack2node2", "rack[1-2]node[1-2]")]
    [InlineData("r1n1,r1n2,r2n1", "r1n[1-2],r2n1")]
    [InlineData("one.baz.com,db1.baz.com,db2.baz.com", "db[1-2].baz.com,one.baz.com")]
    [InlineData("10.0.0.1,10.0.0.2,10.0.1.1", "10.0.0.[1-2],10.0.1.1")]
    [InlineData("fe80::5054:ff:feff:6944%eth0", "fe80::5054:ff:feff:6944%eth0")]
    [InlineData("n[1-2]0", "n[10,20]")]
    [InlineData("n1[0-9]", "n[10-19]")]
    [InlineData("n2[10-320]", "n[210-2320]")]
    [InlineData("n[1-3],n[5-9]!n[2-6],m", "m,n[1,7-9]")]
    [InlineData("n[1-9]&n[5-20]^n5", "n[6-9]")]
    [InlineData("n[1-9]!n[1-9]", "")]
    [InlineData(" \t", "")]
    [InlineData("Ä1,Ä2", "Ä[1-2]")]
    [InlineData("n123456789012345678901,n123456789012345678902", "n123456789012345678901,n123456789012345678902")]
    [InlineData("100%1,100%2", "100%[1-2]")]
    public void Names_fold_as_ClusterShell_folds_them(string text, string folded) =>
        Assert.Equal(folded, NodeSet.Parse(text).ToString());

    [Fact]
    public void A_hyphen_and_a_negative_index_are_the_same_name()
    {
        var negative = NodeSet.Parse("n[-5-2]");
        Assert.Equal("n[-5-2]", negative.ToString());
        Assert.Equal(negative, NodeSet.Of("n-5", "n-4", "n-3", "n-2", "n-1", "n0", "n1", "n2"));
        Assert.Equal(negative.GetHashCode(), NodeSet.Of([.. negative]).GetHashCode());
        Assert.True(negative.Contains("n-3"));
        Assert.Equal("n[-5--4,-2-2]", negative.Except(NodeSet.Of("n-3")).ToString());
        Assert.Equal(8, NodeSet.Parse("n[-5-2],n-5,n-4").Count);
        Assert.Equal("n[-1-2]x-3", NodeSet.Parse("n[-1-2]x[-3]&n-1x-3,n[0-2]x[-3]").ToString());
    }

    [Theory]
    [InlineData("1", "r[1-2]n7p1,r[1-2]n8p1")]
    [InlineData("2", "r1n[7-8]p1,r2n[7-8]p1")]
    [InlineData("1,2", "r[1-2]n[7-8]p1")]
    [InlineData("3", "r1n7p1,r2n7p1,r1n8p1,r2n8p1")]
    public void Axes_that_are_not_folded_are_written_out(string axes, string folded) =>
        Assert.Equal(folded,
            NodeSet.Parse("r[1-2]n[7-8]p1").ToString(new FoldOptions { Axes = [.. axes.Split(',').Select(a => int.Parse(a) - 1)] }));

    [Fact]
    public void Options_with_the_same_steps_and_axes_are_equal()
    {
        var axes = new List<int> { 0, 2 };
        var options = new FoldOptions { AutoStep = 3, Axes = axes };
        Assert.Equal(options, new FoldOptions { AutoStep = 3, Axes = [0, 2] });
        Assert.Equal(options.GetHashCode(), new FoldOptions { AutoStep = 3, Axes = [0, 2] }.GetHashCode());
        Assert.NotEqual(options, options with { Axes = [0] });
        Assert.NotEqual(options, options with { Axes = null });
        Assert.NotEqual(options, options with { AutoStep = null });
        axes.Clear();
        Assert.Equal([0, 2], options.Axes);
    }

    [Fact]
    public void Products_stay_products()
    {
        static (int, string, string, string, int) Work()
        {
            var set = NodeSet.Parse("rack[1-1000]node[1-1000]port[1-48]");
            return (
                set.Count,
                set[(499 * 48_000) + (2 * 48) + 1],
                set.Slice(499 * 48_000, 96_000).ToString(),
                set.Intersect(NodeSet.Parse("rack7node[0-9999]port[0-99]")).ToString(),
                set.Except(NodeSet.Parse("rack7node7port7")).Count);
        }

        Work(); // What is made once, on first use, is not the sets'.
        long before = GC.GetAllocatedBytesForCurrentThread();
        var results = Work();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(
            (48_000_000, "rack500node3port2", "rack[500-501]node[1-1000]port[1-48]", "rack7node[1-1000]port[1-48]", 47_999_999),
            results);
        Assert.InRange(allocated, 0, 200_000);
    }

    [Fact]
    public void Overlapping_products_too_large_to_expand_are_cut()
    {
        var set = NodeSet.Parse("r[1-1000]n[1-1000]p[1-48],r[5-2000]n[7-900]p[40-50]");
        Assert.Equal((48_000_000 + (1996L * 894 * 11) - (996L * 894 * 9)), (long)set.LongCount);
        Assert.Equal(set, NodeSet.Parse(set.ToString()));
    }

    [Fact]
    public void Counts_go_beyond_64_bits()
    {
        Assert.Equal(
            Int128.Parse("1000000000000000000000000000"), NodeSet.Parse("a[1-1000000000]b[1-1000000000]c[1-1000000000]").LongCount);
        Assert.Throws<OverflowException>(() => NodeSet.Parse("a[1-3000000000]").Count);
        Assert.Throws<OverflowException>(() => NodeSet.Parse(string.Concat(Enumerable.Repeat("x[1-100000000]", 8))).LongCount);
    }

    [Fact]
    public void Names_are_enumerated_lazily()
    {
        Assert.Equal(["n1", "n2"], NodeSet.Parse("n[1-999999999999]").Take(2));
        Assert.Equal(["a1b1", "a1b2", "a2b1"], NodeSet.Parse("a[1-999999999]b[1-2]").Take(3));
    }

    [Fact]
    public void Names_are_written_in_utf8_without_a_string_each()
    {
        var set = NodeSet.Parse("é[1-30000]x[1-2],solo");
        var writer = new ArrayBufferWriter<byte>();
        set.WriteTo(writer, "\n"u8);
        Assert.Equal(string.Join('\n', set), Encoding.UTF8.GetString(writer.WrittenSpan));
        writer = new ArrayBufferWriter<byte>();
        set.WriteFolded(writer);
        Assert.Equal(set.ToString(), Encoding.UTF8.GetString(writer.WrittenSpan));
        writer = new ArrayBufferWriter<byte>();
        NodeSet.Parse("n[1-100000/2]").WriteFolded(writer);
        Assert.Equal(NodeSet.Parse("n[1-100000/2]").ToString(), Encoding.UTF8.GetString(writer.WrittenSpan));
    }

    [Fact]
    public void A_name_given_as_such_is_taken_as_it_is()
    {
        var set = NodeSet.Of("a,b", "@web", "n[1-2]", "*");
        Assert.Equal(4, set.Count);
        Assert.True(set.Contains("n[1-2]"));
    }

    [Fact]
    public void A_seed_makes_a_pick_repeatable()
    {
        var set = NodeSet.Parse("r[1-100]n[1-100]");
        Assert.Equal(set.Pick(10, new Random(7)), set.Pick(10, new Random(7)));
        Assert.NotEqual(set.Pick(10, new Random(7)), set.Pick(10, new Random(8)));
    }

    [Fact]
    public void Node_sets_format_into_spans_and_parse_from_them()
    {
        Span<char> room = stackalloc char[10];
        Assert.True(NodeSet.Parse("web[1-9]").TryFormat(room, out int written, "", null));
        Assert.Equal("web[1-9]", room[..written]);
        Assert.False(NodeSet.Parse("website[1-9]").TryFormat(room, out written, "", null));
        Assert.Equal(0, written);
        Assert.Equal(NodeSet.Parse("a[1-2]"), NodeSet.Parse("a1,a2".AsSpan(), null));
        Assert.Throws<FormatException>(() => NodeSet.Empty.ToString("X", null));
    }
}
