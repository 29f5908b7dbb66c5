using CsCheck;
using Peak.Clusters.Properties;

namespace Peak.Clusters.Tests.Properties;

public class PropertyNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("a.b.c")]
    [InlineData("peak.running.cluster.hosts.fe80::1")]
    [InlineData("*")]
    [InlineData("a.*")]
    [InlineData("a.b?")]
    [InlineData("-+!:_.9")]
    public void A_property_name_is_itself(string name) => Assert.Equal(name, PropertyName.Parse(name).ToString());

    [Theory]
    [InlineData("", "no empty part")]
    [InlineData(".a", "no empty part")]
    [InlineData("a.", "no empty part")]
    [InlineData("a..b", "no empty part")]
    [InlineData("a b", "character 2 of 'a b'")]
    [InlineData("caf\u00e9", "character 4")]
    [InlineData("a.*.b", "'*' is the whole last part")]
    [InlineData("a*", "'*' is the whole last part")]
    [InlineData("**", "'*' is the whole last part")]
    [InlineData("?", "'?' is the last character")]
    [InlineData("a.?", "'?' is the last character")]
    [InlineData("a?b", "'?' is the last character")]
    public void What_is_no_property_name_is_refused_with_the_reason(string name, string reason)
    {
        Assert.False(PropertyName.TryParse(name, out _));
        Assert.Contains(reason, Assert.Throws<FormatException>(() => PropertyName.Parse(name)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b", "a.b.")]
    [InlineData("a.b.*", "a.b.")]
    [InlineData("a.b?", "a.b.")]
    [InlineData("*", "")]
    public void The_prefix_is_what_all_names_below_begin_with(string name, string prefix) =>
        Assert.Equal(prefix, PropertyName.Parse(name).Prefix);

    [Theory]
    [InlineData("root@h1", "root_h1")]
    [InlineData("h1.example.com.", "h1.example.com")]
    [InlineData("a*b?", "a_b_")]
    [InlineData("caf\u00e9", "caf_")]
    [InlineData("..a..b", "a.b")]
    [InlineData("web", "web")]
    public void Any_text_can_be_forced_into_a_name(string text, string name) =>
        Assert.Equal(name, PropertyName.Force(text).ToString());

    [Fact]
    public void Forcing_gives_a_plain_name_for_every_text_that_is_not_only_dots() =>
        Gen.String.Where(text => text.Any(c => c != '.')).Sample(text => PropertyName.Force(text).IsPlain);

    [Fact]
    public void Names_are_equal_when_their_texts_are()
    {
        Assert.True(PropertyName.Parse("a.b") == PropertyName.Parse("a.b"));
        Assert.True(PropertyName.Parse("a.b") != PropertyName.Parse("a.B"));
        Assert.Equal(PropertyName.Parse("a.b").GetHashCode(), PropertyName.Parse("a.b").GetHashCode());
    }
}
