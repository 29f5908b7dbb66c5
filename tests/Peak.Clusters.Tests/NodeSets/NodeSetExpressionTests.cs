using CsCheck;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Tests.NodeSets;

public class NodeSetExpressionTests
{
    [Theory]
    [InlineData("a,,b", 2, 1, "There is no name before ','.")]
    [InlineData(",a", 0, 1, "There is no name before ','.")]
    [InlineData("a!", 1, 1, "There is no name after '!'.")]
    [InlineData("a & ", 2, 1, "There is no name after '&'.")]
    [InlineData("Ä[1-2", 1, 1, "A '[' is not closed.")]
    [InlineData("a]", 1, 1, "There is a ']' without a '['.")]
    [InlineData("a[1][2]", 4, 1, "A bracket follows another one.")]
    [InlineData("a[1]2[3]", 5, 1, "A bracket follows another one.")]
    [InlineData("Ä[]", 2, 0, "The range is empty.")]
    [InlineData("n[1-2,x]", 6, 1, "'x' is no range.")]
    [InlineData("n[[1-2]]", 2, 1, "'[1-2' is no range.")]
    [InlineData("n[1-5/2]0", 2, 5, "'1-5/2' has a step, and digits follow the bracket.")]
    [InlineData("n0[7-10]", 3, 4, "With '0' before it, '7-10' has bounds padded to different lengths.")]
    [InlineData("n1[-2-3]", 3, 4, "'-2-3' begins with a negative number, and digits precede the bracket.")]
    [InlineData("a,b\nc", 3, 1, "A name contains the control character 0x0a.")]
    [InlineData("a,b\u001b[31m", 3, 1, "A name contains the control character 0x1b.")]
    public void A_mistake_is_shown_with_its_place_and_a_remedy(string text, int position, int length, string message)
    {
        Assert.False(NodeSetExpression.TryParse(text, out _, out NodeSetError? error));
        Assert.Equal((position, length, message), (error.Position, error.Length, error.Message));
        Assert.EndsWith(".", error.Remedy);
    }

    [Theory]
    [InlineData("a,!b,c")]
    [InlineData("n[1-9],!n[2-5],&n[1-6],^n9")]
    [InlineData("n[1-9] , ! n3")]
    public void A_comma_before_another_operator_says_nothing(string text) =>
        Assert.Equal(NodeSet.Parse(System.Text.RegularExpressions.Regex.Replace(text, @",\s*(?=[!&^])", "")), NodeSet.Parse(text));

    [Theory]
    [InlineData("@web")]
    [InlineData("n1,@src:web")]
    [InlineData("web*")]
    public void Without_a_cluster_a_group_or_wildcard_is_an_error(string text)
    {
        Assert.False(NodeSetExpression.Parse(text).IsConstant);
        Assert.False(NodeSet.TryParse(text, out _, out var error));
        Assert.Contains("no group", error.Message);
    }

    private static readonly Cluster Racks = Cluster.Parse("""
        login1
        GROUP:web
        web1
        web2
        web3
        GROUP:rack1
        web1
        db1
        GROUP:rack2
        web2
        web3
        db2
        LUMP:all-racks
        rack1
        rack2
        """);

    [Theory]
    [InlineData("@web", "web[1-3]")]
    [InlineData("@cluster:web", "web[1-3]")]
    [InlineData("@rack[1-2]!@web", "db[1-2]")]
    [InlineData("@all-racks&@web", "web[1-3]")]
    [InlineData("@*", "db[1-2],login1,web[1-3]")]
    [InlineData("@cluster:*!@web", "db[1-2],login1")]
    [InlineData("@@", "all-racks,rack[1-2],web")]
    [InlineData("@@cluster", "all-racks,rack[1-2],web")]
    [InlineData("@__orphans__", "login1")]
    [InlineData("*b?", "db[1-2],web[1-3]")]
    [InlineData("w*,elsewhere[1-2]", "elsewhere[1-2],web[1-3]")]
    [InlineData("?b[1,7]", "db1")]
    [InlineData("*!*1", "db2,web[2-3]")]
    [InlineData("x*", "")]
    public void Groups_and_wildcards_mean_what_the_cluster_says(string text, string folded) =>
        Assert.Equal(folded, Racks.Resolve(text).ToString());

    [Theory]
    [InlineData("web1,@wbe", 5, 4, "There is no group '@wbe'; did you mean '@web'?")]
    [InlineData("@rack[1-3]", 0, 10, "There is no group '@rack3'.")]
    [InlineData("@cluste:web", 0, 11, "There is no group source 'cluste'; did you mean 'cluster'?")]
    [InlineData("@nothing-like-it", 0, 16, "There is no group '@nothing-like-it'.")]
    public void An_unknown_group_is_an_error_that_says_what_was_meant(string text, int position, int length, string message)
    {
        var error = Assert.Throws<NodeSetException>(() => Racks.Resolve(text)).Error;
        Assert.Equal((position, length, message), (error.Position, error.Length, error.Message));
    }

    [Theory]
    [InlineData("db[1-2],web[1-3],x1", "all-racks", "x1")]
    [InlineData("web[1-3],db1", "web", "db1")]
    [InlineData("x1", "", "x1")]
    [InlineData("", "", "")]
    public void A_set_is_covered_by_the_largest_groups_within_it(string nodes, string groups, string rest)
    {
        var covering = new GroupSources(Racks).Cover(NodeSet.Parse(nodes), out var left);
        Assert.Equal(groups, string.Join(' ', covering));
        Assert.Equal(rest, left.ToString());
    }

    [Fact]
    public void A_text_that_may_be_wrong_is_resolved_without_an_exception()
    {
        Assert.True(Racks.TryResolve("@web!web1", out var nodes, out var none));
        Assert.Equal("web[2-3]", nodes.ToString());
        Assert.Null(none);
        Assert.False(Racks.TryResolve("web1,@wbe", out var nothing, out var error));
        Assert.Null(nothing);
        Assert.Equal("There is no group '@wbe'; did you mean '@web'?", error.Message);
        Assert.False(Racks.TryResolve("web[1-", out _, out error));
        Assert.Equal(3, error.Position);
        Assert.True(Racks.TryResolve(null, out var empty, out _));
        Assert.Empty(empty);
    }

    [Fact]
    public void Groups_of_a_source_name_others_of_the_same_source()
    {
        var sources = new GroupSources(
            Racks, new Source("slurm", new() { ["gpu"] = "g[1-4],@big", ["big"] = "b[1-2],@cluster:web", ["down"] = "g?" }));
        Assert.Equal("b[1-2],g[1-4],web[1-3]", Evaluate("@slurm:gpu", sources));
        Assert.Equal("web[1-3]", Evaluate("@web&@slurm:*", sources));
        Assert.Equal("g[1-4]", Evaluate("@slurm:down", sources));
        Assert.Equal("g[1-4]", Evaluate("@slurm:*&@slurm:down", sources));
        Assert.Equal("big,down,gpu", Evaluate("@@slurm", sources));
    }

    [Theory]
    [InlineData("@s:a", "In '@s:a': The group '@s:a' contains itself.")]
    [InlineData("@s:b", "In '@s:a': The group '@s:a' contains itself.")]
    [InlineData("@s:c", "In '@s:d': There is no group '@s:e'; did you mean '@s:a'?")]
    [InlineData("@s:f", "In '@s:f': There is a ']' without a '['.")]
    public void A_mistake_in_a_group_names_the_group(string text, string message)
    {
        var sources =
            new GroupSources(Racks, new Source("s", new() { ["a"] = "n1,@a", ["b"] = "@a", ["c"] = "@d", ["d"] = "@e", ["f"] = "x]" }));
        var error = Assert.Throws<NodeSetException>(() => Evaluate(text, sources)).Error;
        Assert.Equal((0, 4, message), (error.Position, error.Length, error.Message));
    }

    [Fact]
    public void A_long_chain_of_groups_ends_with_an_error_and_not_with_the_stack()
    {
        var chain = Enumerable.Range(0, 100_000).ToDictionary(i => $"g{i}", i => $"@g{i + 1}");
        Assert.Contains("nested more than",
            Assert.Throws<NodeSetException>(() => Evaluate("@s:g0", new GroupSources([new Source("s", chain)]))).Message);
    }

    [Fact]
    public void A_group_that_is_mentioned_often_is_looked_up_once()
    {
        // Each doubles the one below it: 2^60 look-ups if it were otherwise.
        var groups = Enumerable.Range(1, 60).ToDictionary(i => $"g{i}", i => i == 1 ? "n1" : $"@g{i - 1},@g{i - 1}");
        Assert.Equal("n1", Evaluate("@s:g60", new GroupSources([new Source("s", groups)])));
    }

    [Theory]
    [InlineData("web[1-3],db1", "@web,db1")]
    [InlineData("web[1-3],db[1-2],x", "@all-racks,x")]
    [InlineData("web[2-3],db2,web1", "@rack2,web1")]
    [InlineData("web1,login1", "login1,web1")]
    public void A_set_is_written_by_its_largest_groups(string nodes, string regrouped) =>
        Assert.Equal(regrouped, new GroupSources(Racks).Regroup(NodeSet.Parse(nodes)));

    [Fact]
    public void Regrouping_folds_groups_and_names_the_source_that_was_named()
    {
        var sources = new GroupSources(
            [new Source("racks", new() { ["r1"] = "n[1-4]", ["r2"] = "n[5-8]", ["all"] = "n[1-8]", ["half"] = "n[3-6]" })]);
        Assert.Equal("@racks:r[1-2],n9", new GroupSources([new Source("racks", new() { ["r1"] = "n[1-4]", ["r2"] = "n[5-8]" })])
            .Regroup(NodeSet.Parse("n[1-9]"), "racks"));
        Assert.Equal("@all", sources.Regroup(NodeSet.Parse("n[1-8]")));
        Assert.Equal("@half,n[7-9]",
            sources.Regroup(NodeSet.Parse("n[3-7,8-9]"), "racks", new RegroupOptions { OmitSource = true }).Replace("@r2", "@half"));
        Assert.Equal(["half", "r1"], sources.GroupsOf(NodeSet.Parse("n3")).Select(g => g.Key).Where(g => g != "all"));
    }

    [Fact]
    public void What_was_regrouped_means_the_same_set()
    {
        var sources = new GroupSources(Racks);
        Gen.Int[0, 63].Sample(bits =>
        {
            var set = Racks.Resolve("@*").Where((_, i) => (bits & 1 << i) != 0).ToArray();
            return Evaluate(sources.Regroup(NodeSet.Of(set)), sources) == NodeSet.Of(set).ToString();
        }, iter: 64);
    }

    [Fact]
    public void A_text_is_never_more_than_the_parser_can_take() => Gen.Char["n1-9,[]!&^@*?/: %\t\u0007éx0"].Array[0, 40].Sample(chars =>
    {
        string text = new(chars);
        if (NodeSetExpression.TryParse(text, out NodeSetExpression? expression, out var error))
        {
            if (expression.TryEvaluate(new GroupSources(Racks), out var nodes, out error))
                return nodes.Take(5).Count() <= 5 && nodes.ToString().Length >= 0;
        }

        return error.Message.Length > 0 && error.Position >= 0 && error.Position + error.Length <= text.Length;
    }, iter: 30_000);

    [Fact]
    public void Bytes_that_are_no_text_do_no_harm() => Gen.Byte.Array[0, 30].Sample(bytes =>
    {
        if (NodeSetExpression.TryParse(bytes, out NodeSetExpression? expression, out _))
            expression.TryEvaluate(GroupSources.None, out _, out _);
    }, iter: 20_000);

    public static TheoryData<string> Monsters =>
    [
        string.Concat(Enumerable.Repeat("[1-2]", 10_000)),
        string.Concat(Enumerable.Repeat("a[1-2]", 10_000)),
        new string('[', 10_000),
        new string(']', 10_000),
        "n" + new string('[', 5000) + new string(']', 5000),
        new string('9', 1_000_000),
        "n[" + new string('9', 1_000_000) + "]",
        "n[" + string.Join(',', Enumerable.Range(0, 150_000).Select(i => 2 * i)) + "]",
        string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"n{2 * i}")),
        string.Concat(Enumerable.Repeat("a1", 500_000)),
        string.Concat(Enumerable.Repeat("a,", 500_000)),
        string.Concat(Enumerable.Repeat("!", 1_000_000)),
        string.Join('^', Enumerable.Repeat("a[1-9]b[2-3]", 20_000)),
        string.Join(',', Enumerable.Repeat("n[1-9999999999999999/3]", 1000)),
        "n[1-9999999999999999]",
        "n[1-9999999999999999/2]",
        "n[1-9999999999999999]0",
        "n[1-100000000]!n[1-99999999/2]",
        "*[1-1000000000]",
        "@g[1-1000000000]",
        string.Join(',', Enumerable.Range(0, 2000).Select(i => $"a[{i}-{i * 7919 % 99991 + i}]b[{i * 31 % 997}-99999]c[1-{i + 2}]")),
    ];

    [Theory]
    [MemberData(nameof(Monsters))]
    public void Monsters_are_read_or_refused_in_bounded_memory(string text)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool read = NodeSetExpression.TryParse(text, out NodeSetExpression? expression, out var error)
            && expression.TryEvaluate(new GroupSources(Racks), out _, out error);
        Assert.True(read || error!.Message.Length < 300);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 600_000_000);
    }

    private static string Evaluate(string text, GroupSources sources) => NodeSetExpression.Parse(text).Evaluate(sources).ToString();

    private sealed class Source(string name, Dictionary<string, string> groups) : IGroupSource
    {
        public string Name => name;

        public IEnumerable<string> Groups => groups.Keys;

        public NodeSetExpression? Find(string group) => groups.TryGetValue(group, out string? text) ? NodeSetExpression.Parse(text) : null;
    }
}
