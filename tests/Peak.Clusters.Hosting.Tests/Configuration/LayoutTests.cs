using CsCheck;
using Microsoft.Extensions.Configuration;

namespace Peak.Clusters.Hosting.Tests.Configuration;

/// <summary>Which keys a cluster has in configuration.</summary>
public sealed class LayoutTests
{
    private const string Section = ClusterFileOptions.DefaultSection;

    [Theory]
    [InlineData("groups:prime", "prime")]
    [InlineData("groups:prime:0", "one.baz.com")]
    [InlineData("groups:prime:3", "two.baz.com")]
    [InlineData("groups:prime:4", null)]
    [InlineData("groups:prime:00", "one.baz.com")]
    [InlineData("groups:prime:-1", null)]
    [InlineData("groups:prime:0:0", null)]
    [InlineData("groups:prime:x", null)]
    [InlineData("groups:prime:", null)]
    [InlineData("groups:none", null)]
    [InlineData("groups:one.baz.com", null)]
    [InlineData("groups", null)]
    [InlineData("groups:", null)]
    [InlineData("", null)]
    [InlineData("groups:__all__", "__all__")]
    [InlineData("groups:__all__:8", "frob.baz.com")]
    [InlineData("groups:__orphans__:1", "bar.baz.com")]
    [InlineData("hosts:one.baz.com", "one.baz.com")]
    [InlineData("hosts:one.baz.com:0", "odd")]
    [InlineData("hosts:one.baz.com:3", "weird")]
    [InlineData("hosts:one.baz.com:4", null)]
    [InlineData("hosts:odd", null)]
    [InlineData("HOSTS:One.Baz.COM:1", "prime")]
    [InlineData("Groups:WEIRD", "weird")]
    [InlineData("hostname:0", null)]
    [InlineData("shortname:x", null)]
    public void Each_key_has_its_value(string key, string? value) =>
        Assert.Equal(value, Of(Cluster.Parse(Checkout.Numbers))[$"{Section}:{key}"]);

    [Fact]
    public void This_machine_has_its_names()
    {
        var cluster = Cluster.Parse("a\n");
        Assert.Equal(cluster.HostName, Of(cluster)[Section + ":hostname"]);
        Assert.Equal(cluster.ShortName, Of(cluster)["PEAK:Running:Cluster:ShortName"]);
    }

    [Fact]
    public void The_section_is_the_applications_choice()
    {
        var configuration = new ConfigurationBuilder().AddCluster(Cluster.Parse("GROUP:web\nw1\n"), "Fleet").Build();
        Assert.Equal("w1", configuration["Fleet:groups:web:0"]);
        Assert.Equal(["Fleet"], configuration.GetChildren().Select(c => c.Key));
        Assert.Null(configuration[Section + ":groups:web:0"]);
    }

    [Fact]
    public void Groups_are_listed_in_the_order_of_the_file()
    {
        var groups = Of(Cluster.Parse(Checkout.Numbers)).GetSection(Section + ":groups");
        Assert.Equal(["odd", "even", "prime", "qux", "weird"], groups.GetChildren().Select(c => c.Key));
        Assert.Equal(["0", "1", "2"], groups.GetSection("odd").GetChildren().Select(c => c.Key));
    }

    [Fact]
    public void Other_sources_keep_their_keys_beside_the_clusters()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("peak:running:other", "1"), new(Section + ":_filename", "f"), new("peak:x", "2")])
            .AddCluster(Cluster.Parse("a\n"))
            .Build();
        Assert.Equal(["cluster", "other"], configuration.GetSection("peak:running").GetChildren().Select(c => c.Key).Order());
        Assert.Equal("f", configuration[Section + ":_filename"]);
        Assert.Contains("_filename", configuration.GetSection(Section).GetChildren().Select(c => c.Key));
        Assert.Equal("2", configuration["peak:x"]);
    }

    [Fact]
    public void What_the_file_says_cannot_be_set_but_other_keys_can()
    {
        var configuration = new ConfigurationBuilder().AddCluster(Cluster.Parse("GROUP:web\nw1\n")).Build();
        configuration[Section + ":groups:web:0"] = "evil";
        configuration[Section + ":groups:new"] = "evil";
        configuration["mine"] = "1";
        Assert.Equal("w1", configuration[Section + ":groups:web:0"]);
        Assert.Null(configuration[Section + ":groups:new"]);
        Assert.Equal("1", configuration["mine"]);
        Assert.Contains("mine", configuration.GetChildren().Select(c => c.Key));
    }

    [Fact]
    public void Of_names_that_differ_only_by_case_the_first_has_the_key()
    {
        var groups = Of(Cluster.Parse("GROUP:web\na\nGROUP:WEB\nb\nGROUP:Db\nc\nGROUP:db\nd\nGROUP:Straße\ne\nGROUP:STRAßE\nf\n"))
            .GetSection(Section + ":groups");
        Assert.Equal(["web", "Db", "Straße"], groups.GetChildren().Select(c => c.Value));
        Assert.Equal("a", groups["WEB:0"]);
        Assert.Equal("c", groups["db:0"]);
        Assert.Equal("Db", groups["DB"]);
        Assert.Equal("e", groups["straße:0"]);
    }

    [Fact]
    public void A_colon_in_a_name_is_an_underscore_in_its_key()
    {
        var hosts = Of(Cluster.Parse("GROUP:v6\nfe80::1\nfe80__1\n::1\n")).GetSection(Section + ":hosts");
        Assert.Equal([("fe80__1", "fe80::1"), ("__1", "::1")], hosts.GetChildren().Select(c => (c.Key, c.Value!)));
        Assert.Equal("v6", hosts["fe80__1:0"]);
    }

    [Fact]
    public void Every_listed_key_leads_to_its_name_and_every_name_has_a_key_or_loses_it_to_another()
    {
        string[] some = ["web", "Web", "WEB", "a:b", "a_b", "A_B", "ä", "Ä", "x", "__ALL__", "n1", "0"];
        var names = Gen.Int[0, some.Length - 1].Select(i => some[i]);
        Gen.Select(names.Array[0, 6], names.Array[0, 6]).Sample((groups, hosts) =>
        {
            var cluster = Cluster.Parse(
                string.Concat(hosts.Select(h => h + "\n")) + string.Concat(groups.Select(g => $"GROUP:{g}\nmember-of-{g}\n")),
                lenient: true);
            var configuration = Of(cluster).GetSection(Section);
            foreach (var (section, all) in ((string, IEnumerable<string>)[])
                [("groups", cluster.Groups.Select(g => g.Name)), ("hosts", cluster.Hosts.Select(h => h.Name))])
            {
                var children = configuration.GetSection(section).GetChildren().ToArray();
                var owned = all.GroupBy(n => n.Replace(':', '_'), StringComparer.OrdinalIgnoreCase)
                    .Where(same => section == "hosts" || !same.Key.Equals("__all__", StringComparison.OrdinalIgnoreCase))
                    .Select(same => (same.First().Replace(':', '_'), same.First()));
                Assert.Equal(owned, children.Select(c => (c.Key, c.Value!)));
                foreach (var child in children)
                {
                    Assert.Equal(child.Value, configuration[$"{section}:{child.Key.ToUpperInvariant()}"]);
                    var expected = section == "groups"
                        ? cluster.Groups[child.Value!].Hosts.Select(h => h.Name)
                        : cluster.Hosts[child.Value!].Groups.Select(g => g.Name);
                    Assert.Equal(expected, child.GetChildren().Select(c => c.Value!));
                }
            }
        });
    }

    private static IConfigurationRoot Of(Cluster cluster) => new ConfigurationBuilder().AddCluster(cluster).Build();
}
