using System.Text;
using CsCheck;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Clusters.Remote.Tests.Gathering;

public class GathererTests
{
    private const int Block = 16 * 1024;

    [Fact]
    public void Equal_output_and_equal_status_are_one_group()
    {
        using var gatherer = Gather((0, "same\n", 0), (1, "same\n", 0), (2, "other\n", 0), (3, "same\n", 1));
        Assert.Equal(["0,1: 0 same\n", "2: 0 other\n", "3: 1 same\n"], Show(gatherer));
    }

    [Fact]
    public void A_last_line_without_its_line_feed_is_completed()
    {
        using var gatherer = Gather((0, "a\nb", 0), (1, "a\nb\n", 0));
        Assert.Equal(["0,1: 0 a\nb\n"], Show(gatherer));
    }

    [Fact]
    public void Output_and_error_are_kept_apart()
    {
        using var gatherer = new Gatherer<int>();
        gatherer.AddOutput(0, "x"u8);
        gatherer.AddError(1, "x"u8);
        gatherer.End(0, 0);
        gatherer.End(1, 0);
        Assert.Equal(2, gatherer.Groups.Count);
        Assert.Equal("x\n"u8, gatherer.Groups[1].Error.ToArray());
        Assert.Equal(0, gatherer.Groups[1].Output.Length);
    }

    [Fact]
    public void No_output_at_all_is_a_group_as_well()
    {
        using var gatherer = Gather((0, "", 0), (1, "", 0));
        Assert.Equal(["0,1: 0 "], Show(gatherer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Gatherer<int>.DefaultMemoryLimit)]
    public void More_than_may_be_kept_is_an_error_and_what_was_kept_stays(long memoryLimit)
    {
        using var gatherer = new Gatherer<int>(memoryLimit, maxKept: 3 * Block);
        byte[] some = new byte[2 * Block];
        gatherer.AddOutput(0, some);
        gatherer.AddOutput(1, some);
        gatherer.AddOutput(1, "b"u8);
        var thrown = Assert.Throws<OutputNotKeptException>(() => gatherer.AddOutput(0, some));
        Assert.Equal("more than 48 KiB of output would have to be kept", thrown.Message);
        Assert.Throws<OutputNotKeptException>(() => gatherer.AddError(2, "x"u8));
        Assert.Equal([.. some, (byte)'b', (byte)'\n'], gatherer.End(1, 0).Output.ToArray());
        Assert.Equal(some, gatherer.End(0, 0).Output.ToArray()[..some.Length]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(Gatherer<int>.DefaultMemoryLimit, 0)]
    public void Only_what_is_beyond_the_memory_limit_lies_in_a_nameless_file(long memoryLimit, int files)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no /proc");
        const int Length = 37 * Block; // no other test's
        using var gatherer = new Gatherer<int>(memoryLimit);
        gatherer.AddOutput(0, new byte[Length]);
        Assert.Equal(files, ProcessTable.NamelessFiles().Count(length => length == Length));
    }

    [Fact]
    public void What_targets_have_in_common_counts_once()
    {
        using var gatherer = new Gatherer<int>(maxKept: 2 * Block);
        for (int target = 0; target < 100; target++)
        {
            gatherer.AddOutput(target, new byte[2 * Block - 1]);
            gatherer.End(target, 0);
        }

        Assert.Single(gatherer.Groups);
    }

    [Fact]
    public void A_target_that_is_restarted_begins_again()
    {
        using var gatherer = new Gatherer<int>();
        gatherer.AddOutput(0, "half a li"u8);
        gatherer.Restart(0);
        gatherer.AddOutput(0, "whole\n"u8);
        Assert.Equal("whole\n"u8, gatherer.End(0, 0).Output.ToArray());
    }

    [Fact]
    public void A_target_may_join_a_group_as_long_as_it_prints_as_the_members_did()
    {
        using var gatherer = new Gatherer<int>();
        gatherer.AddOutput(0, "abc\n"u8);
        var group = gatherer.End(0, 0);
        Assert.True(gatherer.MayJoin(1, group));
        gatherer.AddOutput(1, "ab"u8);
        Assert.True(gatherer.MayJoin(1, group));
        gatherer.AddOutput(1, "x"u8);
        Assert.False(gatherer.MayJoin(1, group));
        Assert.True(gatherer.MayJoin(2, group));
        gatherer.AddError(2, "oops"u8);
        Assert.False(gatherer.MayJoin(2, group));
    }

    [Fact]
    public void Groups_and_who_may_join_them_are_those_of_a_naive_gathering()
    {
        // A small alphabet of large blocks: outputs that share beginnings across the store's own blocks.
        var piece = Gen.Select(Gen.OneOf("a", "b", "\n"), Gen.Int[1, 3 * Block / 2], (text, times) => Repeat(text, times));
        var host = Gen.Select(piece.Array[0, 6], Gen.Int[0, 1]);
        Gen.Select(host.Array[1, 8], Gen.Int[0, 1]).Sample((hosts, spill) =>
        {
            using var gatherer = new Gatherer<int>(spill == 1 ? 20_000 : Gatherer<int>.DefaultMemoryLimit);
            var naive = new Dictionary<(string, int), List<int>>();
            var sofar = new string[hosts.Length];
            var ended = new bool[hosts.Length];
            for (int round = 0; round <= 6; round++)
            {
                for (int i = 0; i < hosts.Length; i++)
                {
                    var (pieces, status) = hosts[i];
                    if (round < pieces.Length)
                    {
                        gatherer.AddOutput(i, Encoding.ASCII.GetBytes(pieces[round]));
                        sofar[i] += pieces[round];
                    }
                    else if (!ended[i])
                    {
                        ended[i] = true;
                        gatherer.End(i, status);
                        string whole = sofar[i] ?? "";
                        if (whole.Length > 0 && !whole.EndsWith('\n')) whole += "\n";
                        sofar[i] = whole;
                        if (!naive.TryGetValue((whole, status), out var members)) naive.Add((whole, status), members = []);
                        members.Add(i);
                    }
                }

                for (int i = 0; i < hosts.Length; i++)
                {
                    if (ended[i]) continue;
                    foreach (var group in gatherer.Groups)
                    {
                        string whole = Encoding.ASCII.GetString(group.Output.ToArray());
                        Assert.Equal(whole.StartsWith(sofar[i] ?? "", StringComparison.Ordinal), gatherer.MayJoin(i, group));
                    }
                }
            }

            Assert.Equal(naive.Count, gatherer.Groups.Count);
            foreach (var group in gatherer.Groups)
                Assert.Equal(naive[(Encoding.ASCII.GetString(group.Output.ToArray()), group.Status)], group.Targets);
        }, iter: 300);
    }

    [Fact]
    public void What_targets_have_in_common_is_kept_once()
    {
        using var gatherer = new Gatherer<int>();
        byte[] output = new byte[8 << 20];
        new Random(1).NextBytes(output);
        gatherer.AddOutput(-1, output);
        gatherer.End(-1, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int target = 0; target < 50; target++)
        {
            foreach (byte[] piece in output.Chunk(1 << 20)) gatherer.AddOutput(target, piece);
            gatherer.End(target, 0);
        }

        // Chunk itself copies each output once.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 51L * output.Length);
        Assert.Single(gatherer.Groups);
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static Gatherer<int> Gather(params (int Target, string Output, int Status)[] hosts)
    {
        var gatherer = new Gatherer<int>();
        foreach (var (target, output, _) in hosts) gatherer.AddOutput(target, Encoding.UTF8.GetBytes(output));
        foreach (var (target, _, status) in hosts) gatherer.End(target, status);
        return gatherer;
    }

    private static IEnumerable<string> Show(Gatherer<int> gatherer) =>
        gatherer.Groups.Select(g => $"{string.Join(',', g.Targets)}: {g.Status} {Encoding.UTF8.GetString(g.Output.ToArray())}");
}
