namespace Peak.Clusters.GroupSources.Tests;

public sealed class YamlTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private GroupSource Source(string yaml) => Catalog(yaml).Default!;

    private GroupSourceCatalog Catalog(string yaml) =>
        _folder.Write("groups.conf", "[Main]\nautodir: $CFGDIR\n").Write("groups.yaml", yaml).Load();

    [Fact]
    public void Nodes_are_a_text_or_a_list_of_texts()
    {
        var source = Source("racks:\n  r1: 'n[1-3],n5'\n  r2:\n    - n[10-12]\n    - '@r1'\n  r3: ''\n  r4:\n  r5: 17\n");

        Assert.Equal("racks", source.Name);
        Assert.Equal(["r1", "r2", "r3", "r4", "r5"], source.ListGroups());
        Assert.Equal("n[1-3],n5", source.NodesOf("r1"));
        Assert.Equal("n[10-12],@r1", source.NodesOf("r2"));
        Assert.Equal("", source.NodesOf("r3"));
        Assert.Equal("", source.NodesOf("r4"));
        Assert.Equal("17", source.NodesOf("r5"));
        Assert.Null(source.NodesOf("R1"));
        Assert.False(source.CanReverse);
    }

    [Fact]
    public void The_group_all_is_all_nodes()
    {
        Assert.Null(Source("a: {x: n1}\n").AllNodes());
        Assert.Equal("n[1-9]", Source("a: {x: n1, all: 'n[1-9]'}\n").AllNodes());
    }

    [Fact]
    public void A_file_may_have_several_sources() =>
        Assert.Equal(["a", "b"], Catalog("a: {x: n1}\nb: {x: n2}\n").Sources.Select(s => s.Name));

    [Fact]
    public void Anchors_and_merges_are_followed_and_own_groups_stand_above_merged_ones()
    {
        var catalog = Catalog("a: &a {x: n1, y: &y n2}\nb:\n  <<: *a\n  x: n3\n  z: *y\n");
        var b = catalog.Find("b")!;
        Assert.Equal(["x", "z", "y"], b.ListGroups());
        Assert.Equal("n3", b.NodesOf("x"));
        Assert.Equal("n2", b.NodesOf("y"));
        Assert.Equal("n2", b.NodesOf("z"));
    }

    [Theory]
    [InlineData("", "the file is empty; it must be a mapping of group sources (write {} for none)")]
    [InlineData("- a\n", ":1:1: the file must be a mapping of group sources")]
    [InlineData("a: 'not a dict'\n", ":1:4: the group source 'a' must be a mapping of groups to nodes")]
    [InlineData("a:\n  12: n1\n", ":2:3: the name of a group of 'a', 12, is not a text to YAML: put it into quotes")]
    [InlineData("a:\n  no: n1\n", ":2:3: the name of a group of 'a', no, is not a text to YAML: put it into quotes")]
    [InlineData("a:\n  g: {h: n1}\n", ":2:6: the nodes of 'g' must be a text or a list of texts")]
    [InlineData("a:\n  g: [[n1]]\n", ":2:7: the nodes of 'g' must be texts")]
    [InlineData("a: {}\n---\nb: {}\n", ":3:1: a second document; put all group sources into one")]
    [InlineData("a: [\n", ":")]
    [InlineData("a: {x: n1}\na: {y: n1}\n", ":2:")]
    public void A_fault_is_told_with_its_place(string yaml, string message)
    {
        string told = Assert.Throws<GroupSourceException>(() => Catalog(yaml)).Message;
        Assert.StartsWith(_folder.At("groups.yaml"), told, StringComparison.Ordinal);
        Assert.Contains(message, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Yaml_needs_no_trust_because_it_is_only_data()
    {
        Catalog("a: {x: n1}\n");
        File.SetUnixFileMode(_folder.At("groups.yaml"), (UnixFileMode)0x1B6);
        Assert.Equal("n1", _folder.Load().Default!.NodesOf("x"));
    }
}
