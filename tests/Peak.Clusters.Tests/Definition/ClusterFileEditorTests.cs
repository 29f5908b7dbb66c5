using CsCheck;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Tests.Definition;

public class ClusterFileEditorTests
{
    private const string Text =
        """
        # The whole fleet
        old1

        # Front
        GROUP:web
        web10
        web2   
        # rack 3
        web9
        web1

        GROUP:db
        db1

        # Everything that serves
        LUMP:serving
        web
        db
        """;

    [Fact]
    public void A_host_is_added_behind_the_last_member_of_its_group() =>
        AssertEdit(f => f.Add("web3", "web"), "web1\n", "web1\nweb3\n");

    [Fact]
    public void A_group_is_added_to_a_lump_even_behind_a_last_line_without_an_end() =>
        Assert.Equal(Text + "\nqueue", Parse(Text).Add("queue", "serving").ToString());

    [Fact]
    public void An_orphan_is_added_to_the_orphans() =>
        AssertEdit(f => f.Add("old2", "__orphans__"), "old1\n", "old1\nold2\n");

    [Theory]
    [InlineData("GROUP:a\nb\n", "x\nGROUP:a\nb\n")]
    [InlineData("# about a\nGROUP:a\n", "x\n# about a\nGROUP:a\n")]
    [InlineData("# file\n\n# about a\nGROUP:a\n", "# file\n\nx\n# about a\nGROUP:a\n")]
    [InlineData("# file\n", "# file\nx\n")]
    [InlineData("", "x\n")]
    [InlineData("\ufeffGROUP:a\r\n", "\ufeffx\r\nGROUP:a\r\n")]
    public void The_first_orphan_goes_above_the_first_section(string text, string expected) =>
        Assert.Equal(expected, Parse(text).Add("x", "__orphans__").ToString());

    [Fact]
    public void A_new_line_ends_as_its_neighbour_does() =>
        Assert.Equal("GROUP:a\r\nh1\r\nh2\r\n", Parse("GROUP:a\r\nh1\r\n").Add("h2", "a").ToString());

    [Fact]
    public void A_group_opened_twice_gets_the_host_in_its_last_section() =>
        Assert.Equal("GROUP:a\nh1\nGROUP:b\nGROUP:a\nh2\nx\n", Parse("GROUP:a\nh1\nGROUP:b\nGROUP:a\nh2\n").Add("x", "a").ToString());

    [Fact]
    public void A_host_is_removed_from_one_group_or_from_all()
    {
        var file = Parse("h\nGROUP:a\nh\nx\n h \nGROUP:b\nh\nLUMP:l\na\n");
        Assert.Equal("h\nGROUP:a\nx\nGROUP:b\nh\nLUMP:l\na\n", file.Remove("h", "a").ToString());
        Assert.Equal("GROUP:a\nx\nGROUP:b\nLUMP:l\na\n", file.Remove("h").ToString());
        Assert.Equal("h\nGROUP:a\nh\nx\n h \nGROUP:b\nh\nLUMP:l\n", file.Remove("a", "l").ToString());
    }

    [Fact]
    public void A_host_is_moved() =>
        Assert.Equal("GROUP:a\nx\nGROUP:b\ny\nh\n", Parse("GROUP:a\nh\nx\nGROUP:b\ny\n").Move("h", "a", "b").ToString());

    [Fact]
    public void A_host_moved_to_where_it_is_already_is_only_removed() =>
        Assert.Equal("GROUP:a\nGROUP:b\nh\n", Parse("GROUP:a\nh\nGROUP:b\nh\n").Move("h", "a", "b").ToString());

    [Fact]
    public void A_group_is_added_at_the_end()
    {
        Assert.Equal("a\nGROUP:g\nh1\nh2\n", Parse("a").AddGroup("g", ["h1", "h2"]).ToString());
        Assert.Equal("a\r\nLUMP:g\r\nh\r\n", Parse("a\r\n").AddGroup("g", ["h"], lump: true).ToString());
        Assert.Equal("GROUP:g\n", Parse("").AddGroup("g", []).ToString());
    }

    [Fact]
    public void A_group_is_removed_with_its_members_and_its_mentions_but_not_the_comments_behind_it() =>
        Assert.Equal(
            Text.Replace("GROUP:db\ndb1\n", "", StringComparison.Ordinal).Replace("\nweb\ndb", "\nweb\n", StringComparison.Ordinal),
            Parse(Text).RemoveGroup("db").ToString());

    [Fact]
    public void A_host_is_renamed_wherever_it_is_listed_and_a_group_of_that_name_is_not() =>
        Assert.Equal("x\nGROUP:a\n x \nLUMP:l\nh\n", Parse("h\nGROUP:a\n h \nLUMP:l\nh\n").RenameHost("h", "x").ToString());

    [Fact]
    public void A_group_is_renamed_in_its_sections_and_lumps() =>
        AssertEdit(f => f.RenameGroup("db", "data"), ("GROUP:db\n", "GROUP:data\n"), ("web\ndb", "web\ndata"));

    [Fact]
    public void Members_are_sorted_by_number_between_comments() =>
        AssertEdit(f => f.Sort("web"), ("web10\nweb2   \n", "web2\nweb10   \n"), ("web9\nweb1\n", "web1\nweb9\n"));

    [Theory]
    [InlineData("web1", "web", "'web1' is in 'web' already.")]
    [InlineData("x", "wbe", "There is no group 'wbe'; the file has web, db, serving.")]
    public void What_can_not_be_added_is_refused_with_the_reason(string host, string group, string message) =>
        Assert.Equal(message, Assert.Throws<ClusterEditException>(() => Parse(Text).Add(host, group)).Message);

    [Fact]
    public void What_is_not_there_can_not_be_removed_renamed_or_sorted()
    {
        var file = Parse(Text);
        Assert.Throws<ClusterEditException>(() => file.Remove("x"));
        Assert.Throws<ClusterEditException>(() => file.Remove("db1", "web"));
        Assert.Throws<ClusterEditException>(() => file.RemoveGroup("x"));
        Assert.Throws<ClusterEditException>(() => file.RenameHost("web", "x"));
        Assert.Throws<ClusterEditException>(() => file.RenameGroup("web1", "x"));
        Assert.Throws<ClusterEditException>(() => file.Sort("x"));
        Assert.Throws<ClusterEditException>(() => file.AddGroup("db", []));
    }

    [Fact]
    public void A_name_that_is_taken_is_not_given_again()
    {
        Assert.Throws<ClusterEditException>(() => Parse(Text).RenameHost("web1", "web2"));
        Assert.Throws<ClusterEditException>(() => Parse(Text).RenameHost("web1", "db"));
        Assert.Throws<ClusterEditException>(() => Parse(Text).RenameGroup("web", "db"));
        Assert.Equal(Text, Parse(Text).RenameGroup("web", "web").ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" x")]
    [InlineData("x\r")]
    [InlineData("#x")]
    [InlineData("x\nGROUP:y")]
    [InlineData("GROUP:x")]
    [InlineData("LUMP:x")]
    public void A_name_that_would_say_something_else_in_a_file_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => Parse(Text).Add(name, "web"));
        Assert.Throws<ArgumentException>(() => Parse(Text).AddGroup(name, []));
        Assert.Throws<ArgumentException>(() => Parse(Text).AddGroup("g", [name]));
        Assert.Throws<ArgumentException>(() => Parse(Text).RenameHost("web1", name));
        Assert.Throws<ArgumentException>(() => Parse(Text).RenameGroup("web", name));
    }

    private static readonly Gen<string> GenText =
        Gen.OneOf(Gen.Const("GROUP:a"), Gen.Const("GROUP:b"), Gen.Const("LUMP:l"), Gen.Const("h1"), Gen.Const("h2"), Gen.Const("h3"),
                Gen.Const("# c"), Gen.Const(""), Gen.Const("  h4 "), Gen.Const("a"), Gen.Const("b"))
            .List[0, 15].Select(
                Gen.OneOf(Gen.Const("\n"), Gen.Const("\r\n")), Gen.Bool, (lines, end, last) => string.Join(end, lines) + (last ? end : ""));

    [Fact]
    public void Adding_a_host_changes_nothing_but_that_group() =>
        GenText.Where(text => text.Contains("GROUP:a", StringComparison.Ordinal)).Sample(text =>
        {
            var before = Cluster.Parse(text, lenient: true);
            var file = Parse(text).Add("new", "a");
            var after = Cluster.FromFile(file, lenient: true);
            Assert.Equal(before.Hosts.Select(h => h.Name), after.Hosts.Select(h => h.Name).Where(n => n != "new"));
            Assert.Equal(before.Groups.Select(g => g.Name), after.Groups.Select(g => g.Name).Where(n => n != "new"));
            foreach (var group in before.Groups)
                Assert.Equal(group.Hosts.Select(h => h.Name), after.Groups[group.Name].Hosts.Select(h => h.Name).Where(n => n != "new"));
            Assert.Contains("new", after.Groups["a"].Members);
        });

    [Fact]
    public void Removing_what_was_added_gives_the_file_back() =>
        GenText.Where(text => text.Contains("GROUP:a", StringComparison.Ordinal)).Sample(text =>
        {
            string back = Parse(text).Add("new", "a").Remove("new").ToString();
            return back == text || back == text + "\n" || back == text + "\r\n";
        });

    [Fact]
    public void Renaming_there_and_back_gives_the_file_back() =>
        GenText.Where(text => text.Contains("h1", StringComparison.Ordinal) && Cluster.Parse(text, lenient: true) is var cluster
            && cluster.Hosts.Contains("h1") && !cluster.Groups.Contains("h1")).Sample(text =>
            Parse(text).RenameHost("h1", "new").RenameHost("new", "h1").ToString() == text);

    [Fact]
    public void Sorting_keeps_every_member_and_every_other_line() =>
        GenText.Where(text => text.Contains("GROUP:a", StringComparison.Ordinal)).Sample(text =>
        {
            var before = Parse(text);
            var after = before.Sort("a");
            Assert.Equal(before.ToString().Order(), after.ToString().Order());
            Assert.Equal(before.Lines.Select(l => l.Kind), after.Lines.Select(l => l.Kind));
            Assert.Equal(after.ToString(), after.Sort("a").ToString());
        });

    private static ClusterFile Parse(string text) => ClusterFile.Parse(text);

    private static void AssertEdit(Func<ClusterFile, ClusterFile> edit, string old, string replacement) =>
        AssertEdit(edit, (old, replacement));

    private static void AssertEdit(Func<ClusterFile, ClusterFile> edit, params (string Old, string New)[] changes)
    {
        string expected = changes.Aggregate(Text, (text, change) => text.Replace(change.Old, change.New, StringComparison.Ordinal));
        Assert.NotEqual(Text, expected);
        Assert.Equal(expected, edit(Parse(Text)).ToString());
    }
}
