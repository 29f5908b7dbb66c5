using Peak.Clusters.NodeSets;
using Peak.Clusters.NodeSets.Dialects;

namespace Peak.Clusters.Tests.NodeSets.Dialects;

public class AnsiblePatternTests
{
    private static readonly Cluster Cluster = Cluster.Parse(
        "lone\nGROUP:web\nweb3\nweb1\nweb2\nfe80::1\nGROUP:db\ndb1\ndb2\nGROUP:east\nweb1\nweb2\ndb1\nLUMP:prod\nweb\ndb\n");

    [Theory]
    [InlineData("web1", "web1")]
    [InlineData("db", "db[1-2]")]
    [InlineData("prod", "db[1-2],fe80::1,web[1-3]")]
    [InlineData("web1:db1", "db1,web1")]
    [InlineData("web1,db1", "db1,web1")]
    [InlineData("web:&east", "web[1-2]")]
    [InlineData("web:&east:!web2", "web1")]
    [InlineData("!web:prod:&east", "db1")]
    [InlineData("&east", "db1,web[1-2]")]
    [InlineData("!web", "db[1-2],lone")]
    [InlineData("all", "db[1-2],fe80::1,lone,web[1-3]")]
    [InlineData("*", "db[1-2],fe80::1,lone,web[1-3]")]
    [InlineData("ungrouped", "lone")]
    [InlineData("web[0]", "web3")]
    [InlineData("web[-1]", "fe80::1")]
    [InlineData("web[0:1]", "web[1,3]")]
    [InlineData("web[1:]", "fe80::1,web[1-2]")]
    [InlineData("web[1-2]:db[0]", "db1,web[1-2]")]
    [InlineData("we*", "fe80::1,web[1-3]")]
    [InlineData("?b1", "db1")]
    [InlineData("[dx]b1", "db1")]
    [InlineData("web[!x]", "web[1-3]")]
    [InlineData("~(web|db)1", "db1,web1")]
    [InlineData("~d", "db[1-2]")]
    [InlineData("~eb", "")]
    [InlineData("fe80::1", "fe80::1")]
    [InlineData("nothing*", "")]
    [InlineData("", "")]
    public void A_pattern_means_what_Ansible_means(string pattern, string set) =>
        Assert.Equal(set, AnsiblePattern.Parse(pattern).Evaluate(Cluster).ToString());

    [Theory]
    [InlineData("web:dbb", 4, "There is no host or group 'dbb'; did you mean 'db'?")]
    [InlineData("web:!", 4, "'!' has nothing after it.")]
    [InlineData("~(web", 0, "'~(web' is no regular expression: ")]
    [InlineData("db[7]", 0, "'db' has 2 hosts and none at the place 7.")]
    [InlineData("db[99999999999]", 0, "'99999999999' is too large for a place in a group.")]
    public void What_can_not_be_evaluated_is_told_with_its_place(string pattern, int position, string message)
    {
        var error = Assert.Throws<NodeSetException>(() => AnsiblePattern.Parse(pattern).Evaluate(Cluster)).Error;
        Assert.Equal(position, error.Position);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_regular_expression_that_explodes_is_stopped() =>
        Assert.Contains("took more than", Assert.Throws<NodeSetException>(
            () => AnsiblePattern.Parse("~(a+)+!").Evaluate(Cluster.Parse(new string('a', 60) + "\n"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_are_written_with_commas_which_addresses_need()
    {
        string text = AnsiblePattern.Format(["web1", "fe80::1", "db"]);
        Assert.Equal("web1,fe80::1,db", text);
        Assert.Equal("db[1-2],fe80::1,web1", AnsiblePattern.Parse(text).Evaluate(Cluster).ToString());
    }

    [Theory]
    [InlineData("all")]
    [InlineData("a:b")]
    [InlineData("!a")]
    [InlineData("~a")]
    [InlineData("a*")]
    [InlineData("a,b")]
    [InlineData("a b")]
    public void A_name_that_a_pattern_can_not_say_is_an_error(string name) =>
        Assert.Throws<NodeSetException>(() => AnsiblePattern.Format([name]));
}
