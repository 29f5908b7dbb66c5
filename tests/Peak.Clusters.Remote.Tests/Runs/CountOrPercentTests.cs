using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Tests.Runs;

public class CountOrPercentTests
{
    [Theory]
    [InlineData("0", 10, 0)]
    [InlineData("3", 10, 3)]
    [InlineData("30", 10, 10)]
    [InlineData("0%", 10, 0)]
    [InlineData("25%", 10, 2)]
    [InlineData("100%", 10, 10)]
    [InlineData("99%", int.MaxValue, 2126008810)]
    public void A_number_or_a_share_of_the_targets(string text, int total, int expected)
    {
        Assert.True(CountOrPercent.TryParse(text, out var value));
        Assert.Equal(expected, value.Of(total));
        Assert.Equal(text, value.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1.5")]
    [InlineData("101%")]
    [InlineData("1%%")]
    [InlineData("99999999999")]
    [InlineData(null)]
    public void Anything_else_is_refused(string? text) => Assert.False(CountOrPercent.TryParse(text, out _));
}
