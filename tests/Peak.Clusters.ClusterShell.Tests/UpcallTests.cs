using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell.Tests;

public sealed class UpcallTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private IGroupSource Source(string options, TimeSpan? limit = null, string name = "src") =>
        _folder.Write("groups.conf", $"[{name}]\n{options}\n").Load(limit)[0];

    [Fact]
    public void Commands_answer_all_four_questions()
    {
        var source = Source("map: echo $GROUP-n[1-2] ${SOURCE}x\nall: echo n[1-9]\nlist: printf 'a b\\nc a\\n'\nreverse: echo of-$NODE");

        Assert.Equal("a-n[1-2],srcx", Text(source, "a"));
        Assert.Equal("n[1-9]", source.All?.ToString());
        Assert.Equal(["a", "b", "c"], source.Groups);
        Assert.Equal(["of-n1"], source.GroupsOf("n1"));
    }

    [Fact]
    public void Commands_run_in_the_folder_of_their_file_which_is_CFGDIR()
    {
        _folder.Write("data", "n7\n");
        var source = Source("map: cat data; echo $CFGDIR");
        Assert.Equal($"n7,{_folder.Path}", Text(source, "g"));
    }

    [Fact]
    public void What_is_no_variable_of_ours_is_left_to_the_shell() =>
        Assert.Equal("in,$,|x|", Text(Source("map: v=in; echo $v '$$' \"|${v:+x}|\""), "g"));

    [Fact]
    public void A_command_is_run_once_for_each_question()
    {
        var source = Source("map: echo x >> count; echo n1");
        Assert.Equal("n1", Text(source, "a"));
        Assert.Equal("n1", Text(source, "a"));
        Assert.Equal("n1", Text(source, "b"));
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
        string message = Assert.Throws<NodeSetException>(() => source.Find(group)).Message;
        Assert.StartsWith($"{_folder.Conf}:2: the 'map' command of the group source 'src' is not run: ", message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("ran")));
        Assert.False(File.Exists(_folder.At("pwned")));
    }

    [Theory]
    [InlineData("rack-1.a_b:c+d=e%f")]
    [InlineData("grün")]
    public void Ordinary_names_are_passed_unchanged(string group) => Assert.Equal(group, Text(Source("map: echo $GROUP"), group));

    [Fact]
    public void A_node_is_passed_as_carefully_as_a_group()
    {
        var source = Source("map: echo\nreverse: echo $NODE");
        Assert.Throws<NodeSetException>(() => source.GroupsOf("n1;touch pwned"));
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

        string message = Assert.Throws<NodeSetException>(() => _folder.Load()[0].Find("a")).Message;

        Assert.EndsWith($"is not run: others may write '{_folder.At(named).TrimEnd('/')}'. chmod go-w {_folder.At(named).TrimEnd('/')}",
            message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("ran")));
    }

    [Fact]
    public void Commands_of_a_file_that_its_group_may_write_are_not_run()
    {
        Source("map: echo n1");
        File.SetUnixFileMode(_folder.Conf, File.GetUnixFileMode(_folder.Conf) | UnixFileMode.GroupWrite);
        Assert.Throws<NodeSetException>(() => _folder.Load()[0].Find("a"));
    }

    [Fact]
    public void A_command_that_takes_too_long_is_stopped_with_all_it_started()
    {
        // A grandchild must not outlive the command. On a busy machine it takes a while to begin.
        string sleep = ProcessTable.NewSleep(), message = "";
        var limit = TimeSpan.FromMilliseconds(100);
        while (!File.Exists(_folder.At("began")))
        {
            limit *= 2;
            var source = Source($"map: ({sleep} & touch began; wait) | cat", limit);
            message = Assert.Throws<NodeSetException>(() => source.Find("a")).Message;
        }

        Assert.Contains(
            FormattableString.Invariant($"took longer than {limit.TotalSeconds} s and was stopped."), message, StringComparison.Ordinal);
        Patience.Until(() => !ProcessTable.Of(sleep).Any());
    }

    [Fact]
    public void Names_of_groups_may_be_folded()
    {
        var source = Source("map: echo $GROUP-n\nlist: echo 'rack[3-4] rack10' rack3\nreverse: echo 'rack[3-4]'");
        Assert.Equal(["rack3", "rack4", "rack10"], source.Groups);
        Assert.Equal(["rack3", "rack4"], source.GroupsOf("n1"));
        Assert.Equal("rack[3-4,10]-n", new GroupSources([source]).AllNodes().ToString());
    }

    [Theory]
    [InlineData("n1", "reverse n1\nmap 1\n")]
    [InlineData("n[1-2]", "list\nreverse n1\nreverse n2\nmap 1\n")]
    [InlineData("n[1-9]", "list\nmap 1\nmap 2\nmap 3\n")]
    public void The_groups_of_few_nodes_are_asked_for_and_among_many_they_are_searched(string nodes, string calls)
    {
        var source = Source(
            "map: echo map $GROUP >> calls; echo n[1-$GROUP]\nlist: echo list >> calls; seq 3\n"
            + "reverse: echo reverse $NODE >> calls; echo 1");
        Assert.Contains("1", new GroupSources([source]).GroupsOf(NodeSet.Parse(nodes)).Select(group => group.Key));
        Assert.Equal(calls, File.ReadAllText(_folder.At("calls")));
    }

    [Fact]
    public void Where_list_fails_reverse_answers_and_where_reverse_fails_list_does()
    {
        var nodes = NodeSet.Parse("n[1-2]");
        var reversing = new GroupSources([Source("map: echo n[1-2]\nlist: false\nreverse: echo g")]);
        Assert.Equal("@g", reversing.Regroup(nodes));
        var listing = new GroupSources([Source("map: echo n[1-2]\nlist: echo g h\nreverse: false")]);
        Assert.Equal("@g", listing.Regroup(nodes));
        var empty = new GroupSources([Source("map: echo n[1-2]\nlist: true\nreverse: echo g")]);
        Assert.Equal("@g", empty.Regroup(nodes));
        var neither = new GroupSources([Source("map: echo n[1-2]\nlist: false")]);
        Assert.Throws<NodeSetException>(() => neither.Regroup(nodes));
    }

    [Fact]
    public void A_source_that_can_only_map_puts_no_node_into_a_group()
    {
        var groups = new GroupSources([Source("map: echo n[1-2]")]);
        Assert.Empty(groups.GroupsOf(NodeSet.Parse("n1")));
        Assert.Equal("n[1-2]", groups.Regroup(NodeSet.Parse("n[1-2]")));
    }

    [Fact]
    public void Mapall_tells_all_groups_at_once()
    {
        var source = Source("mapall: echo x >> calls; printf 'a: n[1-2]\\n\\n  b :n3 n4\\na: n9\\nc:\\nr[1-2]: n5\\n'");
        Assert.Equal(["a", "b", "c", "r1", "r2"], source.Groups);
        Assert.Equal("n[1-2],n9", Text(source, "a"));
        Assert.Equal("n3,n4", Text(source, "b"));
        Assert.Equal("", Text(source, "c"));
        Assert.Equal("n5", Text(source, "r2"));
        Assert.Null(source.Find("x"));
        Assert.Equal("@a,n3", new GroupSources([source]).Regroup(NodeSet.Parse("n[1-3,9]")));
        Assert.Equal("x\n", File.ReadAllText(_folder.At("calls")));
    }

    [Fact]
    public void What_mapall_does_not_have_map_is_asked_for()
    {
        var source = Source("mapall: echo 'a: n1'\nmap: echo $GROUP-n\nlist: echo never");
        Assert.Equal("n1", Text(source, "a"));
        Assert.Equal("b-n", Text(source, "b"));
        Assert.Equal(["a"], source.Groups);
    }

    [Theory]
    [InlineData("no colon")]
    [InlineData(": n1")]
    [InlineData("two words: n1")]
    public void A_line_of_mapall_that_is_no_group_is_an_error(string line)
    {
        var source = Source($"mapall: echo '{line}'");
        string told = Assert.Throws<NodeSetException>(() => source.Find("a")).Message;
        Assert.Contains("which is not 'group: nodes'", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_says_that_asking_it_runs_commands() => Assert.True(Source("map: echo").RunsCommands);

    [Fact]
    public void A_command_that_fails_is_told_with_its_exit_status()
    {
        string message = Assert.Throws<NodeSetException>(() => Source("map: exit 3").Find("a")).Message;
        Assert.Equal($"{_folder.Conf}:2: the 'map' command of the group source 'src' failed with exit status 3. It was: exit 3", message);
    }

    [Fact]
    public void A_command_has_no_standard_input_to_steal() => Assert.Equal("end", Text(Source("map: cat; echo end"), "a"));

    [Fact]
    public void An_empty_answer_for_a_group_that_the_list_lacks_means_there_is_none()
    {
        var source = Source("map: true\nlist: echo a b");
        Assert.Equal("", Text(source, "a"));
        Assert.Null(source.Find("c"));
        Assert.Equal("", Text(Source("map: true"), "c"));
    }

    [Fact]
    public void Without_a_command_a_question_has_no_answer()
    {
        var source = Source("map: echo");
        Assert.Null(source.Groups);
        Assert.Null(source.All);
        Assert.Null(source.GroupsOf("n1"));
    }

    [Fact]
    public void A_listed_name_that_can_be_no_group_is_a_fault() =>
        Assert.Contains("lists 'b*'", Assert.Throws<NodeSetException>(() => Source("map: echo\nlist: echo a b*").Groups).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Sources_that_share_a_section_are_told_apart_by_SOURCE()
    {
        Source("map: echo $SOURCE", name: "racks, rooms");
        Assert.Equal(["racks", "rooms"], _folder.Load().Select(s => Text(s, "x")));
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
        Assert.Equal("n[4-6]", Text(source, "io"));
        Assert.Equal("n[1-9]", source.All?.ToString());
        Assert.Equal(["adm", "all", "io"], source.Groups);
        Assert.Null(source.Find("oi"));
    }

    private static string? Text(IGroupSource source, string group) => source.Find(group)?.ToString();
}
