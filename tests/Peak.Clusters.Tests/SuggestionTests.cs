namespace Peak.Clusters.Tests;

public class SuggestionTests
{
    private static readonly string[] Verbs = ["hosts", "groups", "properties", "check", "edit", "run", "rack1", "rack2"];

    [Theory]
    [InlineData("host", "hosts")]
    [InlineData("hsots", "hosts")]
    [InlineData("GROUPS", "groups")]
    [InlineData("porperties", "properties")]
    [InlineData("chekc", "check")]
    [InlineData("rn", "run")]
    [InlineData("rck1", "rack1")]
    public void A_slip_or_two_is_understood(string written, string meant) => Assert.Equal(meant, Suggestion.For(written, Verbs));

    [Theory]
    [InlineData("graph")]
    [InlineData("xyz")]
    [InlineData("")]
    [InlineData("hsost-and-more")]
    public void Something_else_is_not_guessed(string written) => Assert.Null(Suggestion.For(written, Verbs));

    [Fact]
    public void Another_number_is_no_slip() => Assert.Null(Suggestion.For("rack3", Verbs));

    [Fact]
    public void Of_several_that_are_as_near_the_first_is_meant() => Assert.Equal("bat", Suggestion.For("xat", ["bat", "cat"]));

    [Fact]
    public void The_nearest_is_meant() => Assert.Equal("database", Suggestion.For("databas", ["data-bus", "database"]));
}
