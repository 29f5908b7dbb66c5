namespace Peak.Clusters.Remote.Tests;

public class TargetTests
{
    [Theory]
    [InlineData("web1", "web1", null, null)]
    [InlineData("root@web1", "web1", "root", null)]
    [InlineData("web1:2222", "web1", null, 2222)]
    [InlineData("root@web1.example.com:65535", "web1.example.com", "root", 65535)]
    [InlineData("2001:db8::1", "2001:db8::1", null, null)]
    [InlineData("[2001:db8::1]:22", "2001:db8::1", null, 22)]
    [InlineData("[2001:db8::1]", "2001:db8::1", null, null)]
    [InlineData("user@fe80::1%eth0", "fe80::1%eth0", "user", null)]
    [InlineData("user@[fe80::1%eth0]:1", "fe80::1%eth0", "user", 1)]
    [InlineData("ann@corp@web1", "web1", "ann@corp", null)]
    [InlineData("web1:http", "web1:http", null, null)] // no number, so no port: whoever connects will say
    [InlineData("web1:", "web1:", null, null)]
    [InlineData("@web1", "@web1", null, null)]
    [InlineData("web1@", "web1@", null, null)]
    [InlineData("[web1", "[web1", null, null)]
    [InlineData("", "", null, null)]
    public void A_target_is_a_host_and_perhaps_a_user_and_a_port(string text, string host, string? user, int? port)
    {
        var target = Target.Parse(text);
        Assert.Equal((text, host, user, port), (target.Name, target.Host, target.User, target.Port));
    }

    [Theory]
    [InlineData("web1:0")]
    [InlineData("web1:65536")]
    [InlineData("[::1]:99999999999")]
    public void A_port_that_is_none_is_no_target(string text)
    {
        Assert.False(Target.TryParse(text, out _, out string? fault));
        Assert.Contains(text, fault, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Target.Parse(text));
    }

    [Fact]
    public void Targets_are_equal_where_all_they_carry_is()
    {
        var one = Target.Parse("root@web1:22") with { Labels = new Dictionary<string, string> { ["rack"] = "7" } };
        var same = Target.Parse("root@web1:22") with { Labels = new Dictionary<string, string> { ["rack"] = "7" } };
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, same with { Labels = new Dictionary<string, string> { ["rack"] = "8" } });
        Assert.NotEqual(one, same with { Rank = 1 });
        Assert.NotEqual(Target.Parse("web1"), Target.Parse("root@web1"));
    }
}
