using Peak.Clusters.Properties;

namespace Peak.Clusters.Tests.Properties;

public class ClusterPropertiesTests
{
    [Theory]
    [InlineData("groups", """("odd", "even", "prime", "qux", "weird")""")]
    [InlineData("groups.prime", """("one.baz.com", "three.baz.com", "five.baz.com", "two.baz.com")""")]
    [InlineData("groups.weird", """("one.baz.com", "three.baz.com", "five.baz.com", "two.baz.com", "frob.baz.com")""")]
    [InlineData("groups.__orphans__", """("foo.baz.com", "bar.baz.com")""")]
    [InlineData("hosts.one.baz.com", """("odd", "prime", "qux", "weird")""")]
    [InlineData("hosts.foo.baz.com", "()")]
    public void The_example_of_the_documentation_gives_its_answers(string name, string value) =>
        Assert.Equal(value, Map(Checkout.Numbers).Namespace("peak.running.cluster")[name].ToString());

    [Fact]
    public void All_properties_of_a_cluster_are_listed()
    {
        var names = Map("a\nGROUP:g\nb\n").Namespace("peak.running.cluster");
        Assert.Equal(
            ["hostname", "shortname", "hosts", "groups", "groups.__all__", "groups.__orphans__", "groups.g", "hosts.a", "hosts.b"],
            names.Keys);
        Assert.Equal(names["hosts"], names["groups.__all__"]);
        Assert.Equal(System.Net.Dns.GetHostName(), names["hostname"]);
        Assert.Equal(System.Net.Dns.GetHostName().Split('.')[0], names["shortname"]);
    }

    [Fact]
    public void Without_a_file_the_cluster_is_this_machine_alone()
    {
        var map = new PropertyMap().AddCluster();
        string host = System.Net.Dns.GetHostName();
        Assert.Equal([host], map["peak.running.cluster.hosts"].Items);
        Assert.Equal([host], map["peak.running.cluster.groups.__orphans__"].Items);
        Assert.Empty(map["peak.running.cluster.groups"].Items);
        Assert.Empty(map["peak.running.cluster.hosts." + host].Items);
    }

    [Fact]
    public void A_cluster_may_be_loaded_when_it_is_first_asked_for()
    {
        int loads = 0;
        var map = new PropertyMap().AddCluster(() =>
        {
            loads++;
            return Cluster.Parse("a\n");
        });
        Assert.Equal(0, loads);
        Assert.Equal(["a"], map["peak.running.cluster.hosts"].Items);
        Assert.Empty(map["peak.running.cluster.groups"].Items);
        Assert.Equal(1, loads);
    }

    [Fact]
    public void A_named_but_missing_file_is_as_no_file() =>
        Assert.Equal(
            [System.Net.Dns.GetHostName()],
            new PropertyMap().Set(ClusterProperties.FileNameProperty, "/nonexistent/cluster")
                .AddCluster()["peak.running.cluster.hosts"].Items);

    [Fact]
    public void The_file_is_named_by_the_property_else_by_the_application_else_by_the_environment()
    {
        using var files = new TemporaryFolder();
        string property = files.Write("property", "p\n"), main = files.Write("main", "m\n"), environ = files.Write("environ", "e\n");
        PropertyMap Environment() => new PropertyMap().Set("environ.CLUSTER", environ).AddEnvironment().AddCluster();

        Assert.Equal(["e"], Environment()["peak.running.cluster.hosts"].Items);
        Assert.Equal(["m"], Environment().Set("__main__.CLUSTER", main)["peak.running.cluster.hosts"].Items);
        Assert.Equal(
            ["p"],
            Environment().Set("__main__.CLUSTER", main)
                .Set(ClusterProperties.FileNameProperty, property)["peak.running.cluster.hosts"].Items);
    }

    [Fact]
    public void The_environment_stands_behind_the_settings_of_the_application()
    {
        var map = new PropertyMap().AddEnvironment().Set("__main__.PATH", "mine");
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), map["environ.PATH"].ToString());
        Assert.Equal("mine", map["__main__.PATH"]);
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), new PropertyMap().AddEnvironment()["__main__.PATH"].ToString());
        Assert.Contains("PATH", map.Namespace("environ").Keys);
    }

    [Fact]
    public void A_name_that_fits_no_property_is_forced_into_one()
    {
        var map = Map("GROUP:a\nroot@h1\nh2.example.com.\n", lenient: true);
        Assert.Equal(["a"], map["peak.running.cluster.hosts.root_h1"].Items);
        Assert.Equal(["a"], map["peak.running.cluster.hosts.h2.example.com"].Items);
        Assert.Equal(["root@h1", "h2.example.com."], map["peak.running.cluster.groups.a"].Items);
    }

    [Fact]
    public void What_the_application_sets_itself_stays() =>
        Assert.Equal("mine", Map("a\n").Set("peak.running.cluster.hostname", "mine")["peak.running.cluster.hostname"]);

    private static PropertyMap Map(string text, bool lenient = false) =>
        new PropertyMap().AddCluster(Cluster.Parse(text, lenient));
}
