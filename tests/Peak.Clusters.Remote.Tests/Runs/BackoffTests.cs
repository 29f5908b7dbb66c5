using CsCheck;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Tests.Runs;

public class BackoffTests
{
    [Fact]
    public void The_wait_doubles_up_to_its_limit() =>
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(1, 7).Select(n => new Backoff().Before(n, 1).TotalSeconds));

    [Fact]
    public void A_wait_lies_in_the_upper_half_of_what_it_may_be() =>
        Gen.Select(Gen.Int[1, 1000], Gen.Double[0, 1]).Sample((retry, random) =>
            Assert.InRange(new Backoff().Before(retry, random), new Backoff().Before(retry, 1) / 2, new Backoff().Limit));
}
