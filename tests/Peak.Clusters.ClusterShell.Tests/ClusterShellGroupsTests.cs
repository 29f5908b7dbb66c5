namespace Peak.Clusters.ClusterShell.Tests;

public sealed class ClusterShellGroupsTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sources_come_from_confdir_autodir_and_the_file_itself_in_this_order()
    {
        _folder.Write("groups.conf", "[Main]\nconfdir: $CFGDIR/conf.d\nautodir: '$CFGDIR/groups.d'\n[here]\nmap: echo n1\n")
            .Write("conf.d/b.conf", "[b1,b2]\nmap: echo n1\n")
            .Write("conf.d/ignored.txt", "[no]\nmap: echo n1\n")
            .Write("groups.d/y.yaml", "y: {g: n1}\n");

        Assert.Equal(["b1", "b2", "y", "here"], _folder.Load().Select(s => s.Name));
    }

    [Fact]
    public void The_default_source_is_first()
    {
        _folder.Write("groups.conf", "[Main]\ndefault: b\n[a]\nmap: echo\n[b]\nmap: echo\n[c]\nmap: echo\n");
        Assert.Equal(["b", "a", "c"], _folder.Load().Select(s => s.Name));
    }

    [Fact]
    public void A_later_file_stands_above_an_earlier_one_option_by_option()
    {
        _folder.Write("groups.conf", "[Main]\ndefault: a\n[a]\nmap: echo system\nlist: echo x\n")
            .Write("user/groups.conf", "[a]\nmap: echo user\n");

        var source = ClusterShellGroups.Load([_folder.Conf, _folder.At("user/groups.conf")])[0];

        Assert.Equal("user", source.Find("x")?.ToString());
        Assert.Equal(["x"], source.Groups);
    }

    [Fact]
    public void Folders_that_do_not_exist_or_are_named_twice_do_no_harm()
    {
        _folder.Write("groups.conf", "[Main]\nautodir: $CFGDIR/none $CFGDIR/d ${CFGDIR}/d/\n").Write("d/y.yaml", "y: {}\n");
        Assert.Single(_folder.Load());
    }

    [Fact]
    public void No_file_is_no_source() => Assert.Empty(ClusterShellGroups.Load([]));

    [Theory]
    [InlineData("[Main", ":1: '[Main' stands before the first [section]")]
    [InlineData("x: y\n", ":1: 'x: y' stands before the first [section]")]
    [InlineData("[Main]\n\nnonsense\n", ":3: 'nonsense' is neither a [section] nor 'option: value'")]
    [InlineData("[a]\nmap: x\nMAP: y\n", ":3: 'map' is there twice in [a]")]
    [InlineData("[a]\nmap: x\n[a]\n", ":3: the section [a] is there twice")]
    [InlineData("[a]\nlist: x\n", ": the group source [a] has no 'map' and no 'mapall' command")]
    [InlineData("[Main]\ndefault: none\n", ":2: the default group source 'none' does not exist")]
    [InlineData("[a]\nmap: x\n[b,a]\nmap: x\n", ": there are two group sources 'a'; rename one")]
    public void A_fault_is_told_with_its_place(string text, string message)
    {
        _folder.Write("groups.conf", text);
        Assert.Equal(_folder.Conf + message, Assert.Throws<ClusterShellConfigurationException>(() => _folder.Load()).Message);
    }

    [Fact]
    public void An_autodir_that_is_a_file_is_a_fault()
    {
        _folder.Write("groups.conf", "[Main]\nautodir: $CFGDIR/groups.conf\n");
        Assert.Equal($"{_folder.Conf}:2: '{_folder.Conf}' is not a folder",
            Assert.Throws<ClusterShellConfigurationException>(() => _folder.Load()).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_fault() =>
        Assert.Contains(
            "can't read '", Assert.Throws<ClusterShellConfigurationException>(() => _folder.Load()).Message, StringComparison.Ordinal);

    [Fact]
    public void Indented_lines_continue_a_value_and_comments_are_skipped()
    {
        _folder.Write("groups.conf", "# top\n[a]\nmap: echo one\n   ; aside\n  echo $GROUP\nlist = echo g\n");
        var source = _folder.Load()[0];
        Assert.Equal("one,g", source.Find("g")?.ToString());
        Assert.Equal(["g"], source.Groups);
    }
}
