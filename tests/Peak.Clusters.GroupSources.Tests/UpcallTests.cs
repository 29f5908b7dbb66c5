namespace Peak.Clusters.GroupSources.Tests;

public sealed class UpcallTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private GroupSource Source(string options, TimeSpan? limit = null, string name = "src") =>
        _folder.Write("groups.conf", $"[{name}]\n{options}\n").Load(limit).Default!;

    [Fact]
    public void Commands_answer_all_four_questions()
    {
        var source = Source("map: echo $GROUP-n[1-2] ${SOURCE}x\nall: echo n[1-9]\nlist: printf 'a b\\nc a\\n'\nreverse: echo of-$NODE");

        Assert.Equal("a-n[1-2] srcx", source.NodesOf("a"));
        Assert.Equal("n[1-9]", source.AllNodes());
        Assert.Equal(["a", "b", "c"], source.ListGroups());
        Assert.True(source.CanReverse);
        Assert.Equal(["of-n1"], source.GroupsOf("n1"));
    }

    [Fact]
    public void Commands_run_in_the_folder_of_their_file_which_is_CFGDIR()
    {
        _folder.Write("data", "n7\n");
        var source = Source("map: cat data; echo $CFGDIR");
        Assert.Equal($"n7\n{_folder.Path}", source.NodesOf("g"));
    }

    [Fact]
    public void What_is_no_variable_of_ours_is_left_to_the_shell() =>
        Assert.Equal("in $ |x|", Source("map: v=in; echo $v '$$' \"|${v:+x}|\"").NodesOf("g"));

    [Fact]
    public void A_command_is_run_once_a_question()
    {
        var source = Source("map: echo x >> count; echo n1");
        Assert.Equal("n1", source.NodesOf("a"));
        Assert.Equal("n1", source.NodesOf("a"));
        Assert.Equal("n1", source.NodesOf("b"));
        Assert.Equal(2, File.ReadAllLines(_folder.At("count")).Length);
    }

    [Theory]
    [InlineData("a;touch pwned")]
    [InlineData("$(touch pwned)")]
    [InlineData("`touch pwned`")]
    [InlineData("a' ; touch pwned '")]
    [InlineData("a\ntouch pwned")]
    [InlineData("x/touch pwned/e#")]
    [InlineData("-f")]
    public void A_name_that_could_mean_something_to_a_shell_is_refused_before_anything_is_run(string group)
    {
        var source = Source("map: echo ran > ran; sed -n 's/^$GROUP:\\(.*\\)/\\1/p' groups.conf; echo \"$GROUP\" $GROUP");
        string message = Assert.Throws<GroupSourceException>(() => source.NodesOf(group)).Message;
        Assert.Contains($"{_folder.Conf}:2: the 'map' command of the group source 'src' can't be given $GROUP", message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("ran")));
        Assert.False(File.Exists(_folder.At("pwned")));
    }

    [Theory]
    [InlineData("rack-1.a_b:c+d=e%f")]
    [InlineData("grün")]
    public void Ordinary_names_are_passed_unchanged(string group) => Assert.Equal(group, Source("map: echo $GROUP").NodesOf(group));

    [Fact]
    public void A_node_is_passed_as_carefully_as_a_group()
    {
        var source = Source("map: echo\nreverse: echo $NODE");
        Assert.Throws<GroupSourceException>(() => source.GroupsOf("n1;touch pwned"));
        Assert.False(File.Exists(_folder.At("pwned")));
    }

    [Theory]
    [InlineData("groups.conf", "groups.conf")]
    [InlineData(".", "")]
    public void Commands_of_a_file_that_others_may_write_are_not_run(string writable, string named)
    {
        Source("map: touch ran; echo n1");
        string path = Path.GetFullPath(_folder.At(writable));
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);

        string message = Assert.Throws<GroupSourceException>(() => _folder.Load().Default!.NodesOf("a")).Message;

        Assert.EndsWith($"is not run: others may write '{_folder.At(named).TrimEnd('/')}': chmod go-w it", message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("ran")));
    }

    [Fact]
    public void Commands_of_a_file_that_its_group_may_write_are_not_run()
    {
        Source("map: echo n1");
        File.SetUnixFileMode(_folder.Conf, File.GetUnixFileMode(_folder.Conf) | UnixFileMode.GroupWrite);
        Assert.Throws<GroupSourceException>(() => _folder.Load().Default!.NodesOf("a"));
    }

    [Fact]
    public void A_command_that_takes_too_long_is_stopped_with_all_it_started()
    {
        // A pipe that no one writes to; its reader is a grandchild, which must not outlive the command.
        var source = Source("map: mkfifo never; (cat never; touch ran) | cat", TimeSpan.FromMilliseconds(200));
        string message = Assert.Throws<GroupSourceException>(() => source.NodesOf("a")).Message;
        Assert.EndsWith("took longer than 0.2 s and was stopped", message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("ran")));
    }

    [Fact]
    public void A_command_that_fails_is_told_with_its_exit_status()
    {
        string message = Assert.Throws<GroupSourceException>(() => Source("map: exit 3").NodesOf("a")).Message;
        Assert.Equal($"{_folder.Conf}:2: the 'map' command of the group source 'src' failed with exit status 3: exit 3", message);
    }

    [Fact]
    public void A_command_has_no_standard_input_to_steal() => Assert.Equal("end", Source("map: cat; echo end").NodesOf("a"));

    [Fact]
    public void An_empty_answer_for_a_group_that_the_list_lacks_means_there_is_none()
    {
        var source = Source("map: true\nlist: echo a b");
        Assert.Equal("", source.NodesOf("a"));
        Assert.Null(source.NodesOf("c"));
        Assert.Equal("", Source("map: true").NodesOf("c"));
    }

    [Fact]
    public void A_missing_command_is_told_by_its_option()
    {
        var exception = Assert.Throws<MissingUpcallException>(() => Source("map: echo").ListGroups());
        Assert.Equal(("list", "src"), (exception.Upcall, exception.Source));
        Assert.Null(Source("map: echo").AllNodes());
    }

    [Fact]
    public void A_listed_name_that_can_be_no_group_is_a_fault() =>
        Assert.Contains("lists 'b*'", Assert.Throws<GroupSourceException>(() => Source("map: echo\nlist: echo a b*").ListGroups()).Message, StringComparison.Ordinal);

    [Fact]
    public void Sources_that_share_a_section_are_told_apart_by_SOURCE()
    {
        Source("map: echo $SOURCE", name: "racks, rooms");
        Assert.Equal(["racks", "rooms"], _folder.Load().Sources.Select(s => s.NodesOf("x")));
    }

    [Fact]
    public void The_source_that_ClusterShell_is_installed_with_works()
    {
        const string Stock = "[ -f $CFGDIR/groups ] && f=$CFGDIR/groups || f=$CFGDIR/groups.d/local.cfg; ";
        _folder.Write("groups.d/local.cfg", "adm: admin0\nall: n[1-9]\nio: n[4-6]\n");
        var source = Source($"""
            map: {Stock}sed -n 's/^$GROUP:\(.*\)/\1/p' $f
            all: {Stock}sed -n 's/^all:\(.*\)/\1/p' $f
            list: {Stock}sed -n 's/^\([0-9A-Za-z_-]*\):.*/\1/p' $f
            """);
        Assert.Equal("n[4-6]", source.NodesOf("io"));
        Assert.Equal("n[1-9]", source.AllNodes());
        Assert.Equal(["adm", "all", "io"], source.ListGroups());
        Assert.Null(source.NodesOf("oi"));
    }
}
