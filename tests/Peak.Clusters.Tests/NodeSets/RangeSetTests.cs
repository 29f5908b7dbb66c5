using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Tests.NodeSets;

public class RangeSetTests
{
    [Theory]
    [InlineData("3,1,2", "1-3")]
    [InlineData("1-5,7-9,4-8", "1-9")]
    [InlineData("10-20/2", "10,12,14,16,18,20")]
    [InlineData("001-003", "001-003")]
    [InlineData("1,01,001", "1,01,001")]
    [InlineData("9-10,99-100", "9-10,99-100")]
    [InlineData("08-12,100", "08-12,100")]
    [InlineData("03,99,100", "03,99,100")]
    [InlineData("03-04,99,100", "03-04,99-100")]
    [InlineData("-5--1,0-3", "-5-3")]
    [InlineData("-0", "0")]
    [InlineData(" 1 - 3 , 5 / 1 ", "1-3,5")]
    [InlineData("", "")]
    public void A_range_set_is_written_in_order_with_its_padding(string text, string folded) =>
        Assert.Equal(folded, RangeSet.Parse(text).ToString());

    [Theory]
    [InlineData("1,3,5", 3, "1-5/2")]
    [InlineData("1,3,5", 4, "1,3,5")]
    [InlineData("1-3,5,7,9", 3, "1-3,5-9/2")]
    [InlineData("0-1000000000,1000000002,1000000004", 3, "0-1000000000,1000000002,1000000004")]
    public void Indexes_at_equal_distance_become_a_step_if_there_are_enough(string text, int autoStep, string folded) =>
        Assert.Equal(folded, RangeSet.Parse(text).ToString(new FoldOptions { AutoStep = autoStep }));

    [Theory]
    [InlineData("1,,2", 2, 0, "The range is empty.")]
    [InlineData("1-2-3", 3, 1, "'1-2-3' is no range.")]
    [InlineData("x", 0, 1, "'x' is no range.")]
    [InlineData("5-1", 0, 3, "'5-1' ends before it begins.")]
    [InlineData("01-5", 0, 4, "The bounds of '01-5' are padded to different lengths.")]
    [InlineData("-01", 0, 3, "'-01' has a padded negative number.")]
    [InlineData("4,1-9/0", 2, 5, "The step of '1-9/0' is 0.")]
    [InlineData("5/2", 0, 3, "'5/2' has a step but is no range.")]
    [InlineData("1-9999999999999999999", 0, 19, "'9999999999999999999' makes an index of more than 18 digits.")]
    [InlineData("1-9999999999999999/3", 0, 20, "'1-9999999999999999/3' makes more than 4,000,000 separate indexes.")]
    [InlineData("1-\u001b[2J", 2, 1, "'1-^[[2J' is no range.")]
    public void What_is_wrong_with_a_range_is_said_with_its_place(string text, int position, int length, string message)
    {
        Assert.False(RangeSet.TryParse(text, out RangeSet? _, out var error));
        Assert.Equal((position, length, message), (error.Position, error.Length, error.Message));
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void A_billion_indexes_are_a_handful_of_intervals()
    {
        static (RangeSet, string, long, string) Work()
        {
            var set = RangeSet.Parse("1-1000000000").Except(RangeSet.Parse("7,1000-2000"));
            return (set, set.ToString(), set.LongCount, set[998]);
        }

        Work(); // What is made once, on first use, is not the sets'.
        long before = GC.GetAllocatedBytesForCurrentThread();
        var (_, folded, count, at998) = Work();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(("1-6,8-999,2001-1000000000", 999_998_998, "2001"), (folded, count, at998));
        Assert.InRange(allocated, 0, 20_000);
    }

    [Fact]
    public void Contiguous_ranges_keep_their_padding() =>
        Assert.Equal(["-2-1", "3", "8-9", "08-12"], RangeSet.Parse("-2-1,3,8-9,08-12").Contiguous().Select(r => r.ToString()));
}
