using Peak.Clusters.Remote.OpenSsh.Ending;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

[Collection(nameof(Alone))]
public class StopperTests
{
    [Theory]
    [InlineData("head -c 100000000 /dev/zero >&2; echo peak: 12 :", true)]
    [InlineData("head -c 100000000 /dev/zero; echo peak: 12 :", false)]
    public async Task Lines_without_an_end_do_not_fill_our_memory(string says, bool ready)
    {
        long before = GC.GetTotalAllocatedBytes();
        await using var stopper = new Stopper.OverSsh("sh", ["-c", says], new("", null));
        Assert.Equal(ready, await stopper.IsReadyAsync(TestContext.Current.CancellationToken));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10_000_000);
    }
}
