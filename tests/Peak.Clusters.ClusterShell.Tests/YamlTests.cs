using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell.Tests;

public sealed class YamlTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private IGroupSource Source(string yaml) => Catalog(yaml)[0];

    private IReadOnlyList<IGroupSource> Catalog(string yaml) =>
        _folder.Write("groups.conf", "[Main]\nautodir: $CFGDIR\n").Write("groups.yaml", yaml).Load();

    [Fact]
    public void Nodes_are_a_text_or_a_list_of_texts()
    {
        var source = Source("racks:\n  r1: 'n[1-3],n5'\n  r2:\n    - n[10-12]\n    - '@r1'\n  r3: ''\n  r4:\n  r5: 17\n  r6: n1 n2\n");

        Assert.Equal("racks", source.Name);
        Assert.False(source.RunsCommands);
        Assert.Equal(["r1", "r2", "r3", "r4", "r5", "r6"], source.Groups);
        Assert.Equal("n[1-3],n5", Text(source, "r1"));
        Assert.Equal("n[10-12],@r1", Text(source, "r2"));
        Assert.Equal("", Text(source, "r3"));
        Assert.Equal("", Text(source, "r4"));
        Assert.Equal("17", Text(source, "r5"));
        Assert.Equal("n1,n2", Text(source, "r6"));
        Assert.Null(source.Find("R1"));
    }

    [Fact]
    public void Groups_of_groups_are_those_of_the_same_source()
    {
        var groups = new GroupSources(Catalog("other: {x: n9}\nracks: {x: n1, y: '@x,@z', z: 'n[2-3]'}\n"));
        Assert.Equal("n[1-3]", NodeSetExpression.Parse("@racks:y").Evaluate(groups).ToString());
    }

    [Fact]
    public void The_group_all_is_all_nodes()
    {
        Assert.Null(Source("a: {x: n1}\n").All);
        Assert.Equal("n[1-9]", Source("a: {x: n1, all: 'n[1-9]'}\n").All?.ToString());
    }

    [Fact]
    public void A_file_may_have_several_sources() =>
        Assert.Equal(["a", "b"], Catalog("a: {x: n1}\nb: {x: n2}\n").Select(s => s.Name));

    [Fact]
    public void Anchors_and_merges_are_followed_and_own_groups_stand_above_merged_ones()
    {
        var b = Catalog("a: &a {x: n1, y: &y n2}\nb:\n  <<: *a\n  x: n3\n  z: *y\n")[1];
        Assert.Equal(["x", "z", "y"], b.Groups);
        Assert.Equal("n3", Text(b, "x"));
        Assert.Equal("n2", Text(b, "y"));
        Assert.Equal("n2", Text(b, "z"));
    }

    [Fact]
    public void A_name_with_brackets_is_several_groups()
    {
        var source = Source("a: {'rack[3-4]': n1, rack10: n2}\n");
        Assert.Equal(["rack3", "rack4", "rack10"], source.Groups);
        Assert.Equal("n1", Text(source, "rack4"));
        Assert.Equal("n[1-2]", NodeSetExpression.Parse("@rack[3-4,10]").Evaluate(new GroupSources([source])).ToString());
    }

    [Theory]
    [InlineData("~")]
    [InlineData("null")]
    [InlineData("Null")]
    [InlineData("NULL")]
    [InlineData("")]
    [InlineData("!!null x")]
    public void Nothing_is_no_node(string nothing) => Assert.Equal("", Text(Source($"a:\n  g: {nothing}\n"), "g"));

    [Theory]
    [InlineData("'null'", "null")]
    [InlineData("!!str null", "null")]
    [InlineData("! n1", "n1")]
    public void A_text_that_looks_like_nothing_is_a_node(string text, string node) =>
        Assert.Equal(node, Text(Source($"a:\n  g: {text}\n"), "g"));

    [Fact]
    public void What_is_faulty_in_one_source_leaves_the_others()
    {
        const string commands = "[nomap]\nlist: echo x\n\n[late]\nmap: echo n1\nlist: echo 'a b&c'\n";
        _folder.Write("groups.conf", $"[Main]\ndefault: good\nautodir: $CFGDIR\n\n{commands}")
            .Write("1.yaml", "bad: not a mapping\ngood: {x: n1, 'y*': n2}\n")
            .Write("2.yaml", "a: [\n")
            .Write("3.yaml", "good: {z: n1}\nmore: {x: n2}\n");
        var faults = new List<string>();
        var sources = ClusterShellGroups.Load([_folder.Conf], onFault: fault => faults.Add(fault.Message));

        Assert.Equal(["good", "more", "late"], sources.Select(s => s.Name));
        Assert.Equal(4, faults.Count);
        Assert.Equal(["x"], sources[0].Groups);
        Assert.Equal(["a"], sources[2].Groups);
        Assert.Contains("lists 'y*'", faults[4], StringComparison.Ordinal);
        Assert.Contains("lists 'b&c'", faults[5], StringComparison.Ordinal);
        Assert.Throws<ClusterShellConfigurationException>(() => _folder.Load());
    }

    [Fact]
    public void No_other_source_answers_for_a_default_one_that_is_missing()
    {
        _folder.Write("groups.conf", "[Main]\ndefault: gone\nautodir: $CFGDIR\n").Write("1.yaml", "good: {x: n1}\n");
        var groups = new GroupSources(ClusterShellGroups.Load([_folder.Conf], onFault: _ => { }));
        Assert.Equal("n1", groups.NodesOf("x", "good").ToString());
        string told = Assert.Throws<NodeSetException>(() => groups.NodesOf("x")).Message;
        Assert.Contains("the default group source 'gone' does not exist", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_that_are_no_node_set_are_told_with_their_group()
    {
        var error = Assert.Throws<NodeSetException>(() => Source("a: {x: 'n[1-'}\n").Find("x"));
        Assert.StartsWith("'@a:x' is no node set: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_no_expression_can_mention_is_told_when_groups_are_listed()
    {
        var source = Source("a: {x: n1, 'b*': n2}\n");
        Assert.Equal("n1", Text(source, "x"));
        Assert.Contains("lists 'b*'", Assert.Throws<NodeSetException>(() => source.Groups).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the file is empty; it must be a mapping of group sources (write {} for none)")]
    [InlineData("- a\n", ":1:1: the file must be a mapping of group sources")]
    [InlineData("a: 'not a dict'\n", ":1:4: the group source 'a' must be a mapping of groups to nodes")]
    [InlineData("a:\n  12: n1\n", ":2:3: the name of a group of 'a', 12, is not a text to YAML: put it into quotes")]
    [InlineData("a:\n  no: n1\n", ":2:3: the name of a group of 'a', no, is not a text to YAML: put it into quotes")]
    [InlineData("a:\n  g: {h: n1}\n", ":2:6: the nodes of 'g' must be a text or a list of texts")]
    [InlineData("a:\n  g: [[n1]]\n", ":2:7: the nodes of 'g' must be texts")]
    [InlineData("a:\n  g: [n1, ~]\n", ":2:11: the nodes of 'g' must be texts, and this is nothing")]
    [InlineData("a:\n  g: !mine n1\n", ":2:6: the tag '!mine' makes no text of this")]
    [InlineData("a: !!python/dict {g: n1}\n", ":1:4: the tag 'tag:yaml.org,2002:python/dict' makes no text of this")]
    [InlineData("a:\n  !!binary g: n1\n", ":2:3: the tag 'tag:yaml.org,2002:binary' makes no text of this")]
    [InlineData("a: {'g[1-2]': n1, g2: n2}\n", ":1:19: the group 'g2' of 'a' is there twice")]
    [InlineData("a: {}\n---\nb: {}\n", ":3:1: a second document; put all group sources into one")]
    [InlineData("a: [\n", ":")]
    [InlineData("a: {x: n1}\na: {y: n1}\n", ":2:")]
    public void A_fault_is_told_with_its_place(string yaml, string message)
    {
        string told = Assert.Throws<ClusterShellConfigurationException>(() => Catalog(yaml)).Message;
        Assert.StartsWith(_folder.At("groups.yaml"), told, StringComparison.Ordinal);
        Assert.Contains(message, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Yaml_needs_no_trust_because_it_is_only_data()
    {
        Catalog("a: {x: n1}\n");
        File.SetUnixFileMode(_folder.At("groups.yaml"), (UnixFileMode)0x1B6);
        Assert.Equal("n1", Text(_folder.Load()[0], "x"));
    }

    private static string? Text(IGroupSource source, string group) => source.Find(group)?.ToString();
}
