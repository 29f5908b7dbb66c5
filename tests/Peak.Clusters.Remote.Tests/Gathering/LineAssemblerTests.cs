using System.Text;
using CsCheck;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Clusters.Remote.Tests.Gathering;

public class LineAssemblerTests
{
    [Fact]
    public void Pieces_become_whole_lines() => Assert.Equal(["one", "two", ""], Lines("on", "e\ntw", "o\n\n"));

    [Fact]
    public void An_unfinished_last_line_is_completed() => Assert.Equal(["a", "b"], Lines("a\n", "b"));

    [Fact]
    public void Nothing_printed_is_no_line() => Assert.Empty(Lines("", ""));

    [Fact]
    public void A_line_that_is_too_long_comes_in_parts()
    {
        string line = new('x', LineAssembler.MaxLineLength + 5);
        Assert.Equal([LineAssembler.MaxLineLength, 5, 1], Lines(line[..100], line[100..] + "\ny").Select(l => l.Length));
    }

    [Fact]
    public void Every_part_but_the_last_says_that_the_line_goes_on()
    {
        var parts = new List<bool>();
        byte[] tooLong = [.. new byte[(2 * LineAssembler.MaxLineLength) + 1], (byte)'\n'];
        for (var lines = new LineAssembler().Add(tooLong); lines.MoveNext();)
            parts.Add(lines.IsPart);
        Assert.Equal([true, true, false], parts);
    }

    [Fact]
    public void A_line_of_just_the_longest_length_is_whole() =>
        Assert.Equal([LineAssembler.MaxLineLength, 0], Lines(new string('x', LineAssembler.MaxLineLength) + "\n\n").Select(l => l.Length));

    [Fact]
    public void How_output_is_cut_into_pieces_does_not_matter() =>
        Gen.Select(Gen.String["ab\n"], Gen.Int[1, 7]).Sample((text, size) =>
        {
            string[] expected = text.Split('\n');
            if (expected[^1].Length == 0) expected = expected[..^1];
            Assert.Equal(expected, Lines([.. text.Chunk(size).Select(c => new string(c))]));
        });

    private static List<string> Lines(params string[] pieces)
    {
        var lines = new List<string>();
        var assembler = new LineAssembler();
        foreach (string piece in pieces)
            foreach (var line in assembler.Add(Encoding.UTF8.GetBytes(piece))) lines.Add(Encoding.UTF8.GetString(line));
        if (assembler.Complete(out var last)) lines.Add(Encoding.UTF8.GetString(last));
        return lines;
    }
}
