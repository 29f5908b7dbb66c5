using Peak.Clusters.Properties;

namespace Peak.Clusters.Tests.Properties;

public class PropertyMapTests
{
    [Fact]
    public void A_look_up_asks_the_name_then_the_wildcards_from_near_to_far_then_the_default()
    {
        var asked = new List<string>();
        var map = new PropertyMap();
        foreach (string rule in (string[])["a.b.c?", "*", "a.*", "a.b.*", "a.b.c", "a.c.*", "b"])
            map.Set(PropertyName.Parse(rule), (_, name) => { asked.Add($"{rule}({name})"); return null; });

        Assert.False(map.TryGetValue("a.b.c", out _));
        Assert.Equal(
            ["a.b.c(a.b.c)", "a.b.*(a.b.c)", "a.*(a.b.c)", "*(a.b.c)", "a.b.c(a.b.c)", "a.b.c?(a.b.c)"], asked);
    }

    [Fact]
    public void The_first_rule_with_a_value_ends_the_search()
    {
        var map = new PropertyMap().Set("a.b?", "default").Set("a.*", "wildcard");
        Assert.Equal("wildcard", map["a.b"]);
        Assert.Equal("default", new PropertyMap().Set("a.b?", "default")["a.b"]);
        Assert.Equal("exact", new PropertyMap().Set("*", "wildcard").Set("a.b", "exact")["a.b"]);
    }

    [Fact]
    public void What_a_map_does_not_find_its_parent_is_asked_for()
    {
        var child = new PropertyMap(new PropertyMap().Set("a", "parent").Set("b", "parent")).Set("a", "child");
        Assert.Equal("child", child["a"]);
        Assert.Equal("parent", child["b"]);
        Assert.False(child.TryGetValue("c", out _));
    }

    [Fact]
    public void A_missing_property_is_named_in_the_exception() =>
        Assert.Contains("'a.b'", Assert.Throws<KeyNotFoundException>(() => new PropertyMap()["a.b"]).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a.*")]
    [InlineData("a?")]
    [InlineData("a b")]
    public void Only_plain_names_can_be_asked_for(string name) =>
        Assert.Throws<FormatException>(() => new PropertyMap().Set("a.*", "x").Set("a?", "y")[name]);

    [Fact]
    public void A_rule_that_has_been_read_can_not_be_replaced()
    {
        var map = new PropertyMap().Set("a", "1");
        map.Set("a", "2");
        Assert.Equal("2", map["a"]);
        Assert.Contains("'a'", Assert.Throws<InvalidOperationException>(() => map.Set("a", "3")).Message, StringComparison.Ordinal);
        Assert.Equal("2", map["a"]);
    }

    [Fact]
    public void A_wildcard_that_has_been_asked_counts_as_read()
    {
        var map = new PropertyMap().Set(PropertyName.Parse("a.*"), (_, _) => null);
        Assert.False(map.TryGetValue("a.b", out _));
        Assert.Throws<InvalidOperationException>(() => map.Set("a.*", "late"));
    }

    [Fact]
    public void A_load_runs_once_when_something_below_it_is_asked_for_and_not_found()
    {
        int loads = 0;
        var map = new PropertyMap().Set("a.there", "0").LoadOnDemand(PropertyName.Parse("a.*"), map =>
        {
            loads++;
            map.Set("a.b", "1").Set("a.c", "2");
        });

        Assert.Equal("0", map["a.there"]);
        Assert.False(map.TryGetValue("b", out _));
        Assert.Equal(0, loads);
        Assert.Equal("1", map["a.b"]);
        Assert.Equal("2", map["a.c"]);
        Assert.False(map.TryGetValue("a.d", out _));
        Assert.Equal(1, loads);
    }

    [Fact]
    public void A_failed_load_is_tried_again()
    {
        int loads = 0;
        var map = new PropertyMap().LoadOnDemand(PropertyName.Parse("a.*"), map =>
        {
            if (++loads == 1) throw new IOException("not yet");
            map.Set("a.b", "1");
        });
        Assert.Throws<IOException>(() => map["a.b"]);
        Assert.Equal("1", map["a.b"]);
    }

    [Fact]
    public void A_load_may_ask_for_what_is_set_below_its_own_name()
    {
        var map = new PropertyMap().Set("a.file", "f").LoadOnDemand(PropertyName.Parse("a.*"), map =>
        {
            Assert.False(map.TryGetValue("a.other", out _));
            map.Set("a.from", map["a.file"]);
        });
        Assert.Equal("f", map["a.from"]);
    }

    [Fact]
    public void A_load_stands_under_a_wildcard() =>
        Assert.Throws<ArgumentException>(() => new PropertyMap().LoadOnDemand(PropertyName.Parse("a"), _ => { }));

    [Fact]
    public void Readers_of_many_threads_see_one_load_and_all_of_it()
    {
        for (int round = 0; round < 50; round++)
        {
            int loads = 0;
            var map = new PropertyMap().LoadOnDemand(PropertyName.Parse("a.*"), map =>
            {
                Interlocked.Increment(ref loads);
                for (int i = 0; i < 100; i++) map.Set($"a.n{i}", $"{i}");
            });
            Parallel.For(0, 200, i => Assert.Equal($"{i % 100}", map[$"a.n{i % 100}"]));
            Assert.Equal(1, loads);
        }
    }

    [Fact]
    public void A_namespace_lists_what_is_set_below_it_in_order()
    {
        var parent = new PropertyMap().Set("a.z", "parent's").Set("a.b", "hidden");
        var map =
            new PropertyMap(parent).Set("a.y", "1").Set("a.b", "2").Set("a.*", "w").Set("a.d?", "3").Set("b.a", "4").Set("a.c.d", "5");
        var names = map.Namespace("a");
        Assert.Equal(["y", "b", "c.d", "z"], names.Keys);
        Assert.Equal(["1", "2", "5", "w"], names.Values.Select(v => v.ToString()));
        Assert.Equal(4, names.Count);
        Assert.Equal("5", names["c.d"]);
        Assert.Equal("5", names.Namespace("c")["d"]);
        Assert.Equal("w", names["anything"]);
        Assert.True(names.ContainsKey("b"));
        Assert.False(names.ContainsKey("not a name"));
        Assert.Equal(["y", "b", "c.d", "z"], map.Namespace("a.*").Keys);
    }

    [Fact]
    public void Listing_a_namespace_loads_it()
    {
        var map = new PropertyMap().LoadOnDemand(PropertyName.Parse("a.*"), map => map.Set("a.b.c", "1"));
        Assert.Equal(["c"], map.Namespace("a.b").Keys);
        Assert.Equal(
            ["a.b.c"], new PropertyMap().LoadOnDemand(PropertyName.Parse("a.*"), map => map.Set("a.b.c", "1")).Namespace("*").Keys);
    }

    [Fact]
    public void A_tuple_is_written_with_its_items_quoted()
    {
        Assert.Equal("(\"odd\", \"prime\")", new PropertyValue(["odd", "prime"]).ToString());
        Assert.Equal("()", new PropertyValue([]).ToString());
        Assert.Equal("(\"a\\\"\\\\\")", new PropertyValue(["a\"\\"]).ToString());
        Assert.NotEqual(new PropertyValue("a"), new PropertyValue(["a"]));
        Assert.Equal(new PropertyValue(["a", "b"]), new PropertyValue(["a", "b"]));
    }
}
