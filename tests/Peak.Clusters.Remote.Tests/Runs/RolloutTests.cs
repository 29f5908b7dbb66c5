using CsCheck;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Tests.Runs;

public class RolloutTests
{
    [Fact]
    public void Without_a_size_all_go_at_once() => Assert.Equal([0..5], Rollout.Batches(5));

    [Fact]
    public void Canaries_go_first_and_alone() => Assert.Equal([0..1, 1..4, 4..5], Rollout.Batches(5, 1, CountOrPercent.Count(3)));

    [Fact]
    public void A_share_is_of_all_targets() => Assert.Equal([0..2, 2..12, 12..20], Rollout.Batches(20, 2, CountOrPercent.Percent(50)));

    [Fact]
    public void A_share_of_less_than_one_target_is_one() => Assert.Equal([0..1, 1..2], Rollout.Batches(2, 0, CountOrPercent.Percent(1)));

    [Fact]
    public void No_targets_are_no_batches() => Assert.Empty(Rollout.Batches(0, 3, CountOrPercent.Count(2)));

    [Fact]
    public void Batches_follow_each_other_and_cover_every_target() =>
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 250], Gen.Int[0, 100], Gen.Bool).Sample((targets, canary, size, percent) =>
        {
            var batches = Rollout.Batches(targets, canary, percent ? CountOrPercent.Percent(size) : CountOrPercent.Count(size));
            int next = 0;
            foreach (var batch in batches)
            {
                Assert.Equal(next, batch.Start.Value);
                Assert.True(batch.End.Value > next);
                next = batch.End.Value;
            }

            Assert.Equal(targets, next);
        });
}
