using System.Text.Json;

namespace Peak.Cli.Tests;

public class GroupsTests
{
    private static Finished Groups(params string[] arguments) =>
        PeakProcess.Run(["groups", .. arguments, "--cluster", Checkout.Sample]);

    [Fact]
    public void Without_arguments_all_declared_groups_are_listed() =>
        Assert.Equal("odd\neven\nprime\nqux\nweird\n", Groups().Out);

    [Fact]
    public void The_groups_of_a_host_are_found_through_lumps() =>
        Assert.Equal("odd\nprime\nqux\nweird\n", Groups("one.baz.com").Out);

    [Fact]
    public void The_groups_of_several_hosts_are_listed_once() =>
        Assert.Equal("even\nqux\nweird\n", Groups("four.baz.com", "frob.baz.com").Out);

    [Fact]
    public void An_orphan_has_none()
    {
        var run = Groups("foo.baz.com");
        Assert.Equal((0, ""), (run.ExitCode, run.Out));
    }

    [Fact]
    public void The_table_has_kinds_numbers_and_members() =>
        Assert.Equal(
            """
            GROUP  KIND   HOSTS  MEMBERS
            odd    group      3  one.baz.com three.baz.com five.baz.com
            even   group      3  two.baz.com four.baz.com six.baz.com
            prime  group      4  one.baz.com two.baz.com three.baz.com five.baz.com
            qux    group      2  frob.baz.com one.baz.com
            weird  lump       5  qux prime

            """,
            Groups("-v").Out);

    [Fact]
    public void The_long_json_has_kind_members_and_hosts()
    {
        using var json = JsonDocument.Parse(Groups("-v", "--json").Out);
        var weird = json.RootElement[4];
        Assert.Equal("weird", weird.GetProperty("name").GetString());
        Assert.Equal("lump", weird.GetProperty("kind").GetString());
        Assert.Equal(["qux", "prime"], weird.GetProperty("members").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(5, weird.GetProperty("hosts").GetArrayLength());
    }

    [Fact]
    public void The_short_json_has_names() =>
        Assert.Equal("""["odd","even","prime","qux","weird"]""" + "\n", Groups("--json").Out);
}
