using System.Text;
using CsCheck;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Tests;

public class ByteTextTests
{
    [Fact]
    public void All_bytes_come_back_from_a_string() =>
        Gen.Byte.Array.Sample(bytes => ByteText.GetBytes(ByteText.GetString(bytes)).AsSpan().SequenceEqual(bytes));

    [Fact]
    public void Different_bytes_are_different_strings() =>
        Gen.Select(Gen.Byte.Array[0, 3], Gen.Byte.Array[0, 3]).Sample(
            (one, other) => (ByteText.GetString(one) == ByteText.GetString(other)) == one.AsSpan().SequenceEqual(other));

    [Fact]
    public void Utf8_is_the_text_that_it_is() =>
        Gen.String.Where(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text).Sample(
            text => !ByteText.HasBytes(text) && ByteText.GetString(Encoding.UTF8.GetBytes(text)) == text
                && ByteText.GetBytes(text).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_byte_that_is_no_utf8_is_half_a_pair()
    {
        Assert.Equal("caf\udce9", ByteText.GetString("caf"u8.ToArray().Append((byte)0xe9).ToArray()));
        Assert.True(ByteText.HasBytes("caf\udce9"));
        Assert.False(ByteText.HasBytes("\ud83d\udce9")); // a whole pair
        Assert.Equal([0xf0, 0x9f, 0x93, 0xa9, 0xe9], ByteText.GetBytes("\ud83d\udce9\udce9"));
    }

    [Fact]
    public void Half_a_pair_of_another_kind_is_no_text_of_the_system() => Assert.Equal("\ufffd"u8, ByteText.GetBytes("\ud83d"));

    [Fact]
    public void Too_little_room_is_an_error() =>
        Assert.Throws<ArgumentException>(() => ByteText.GetBytes("a\udce9", new byte[1]));

    [Fact]
    public void A_terminal_is_shown_the_byte() => Assert.Equal("caf\\xe9", TerminalText.Escape("caf\udce9"));

    [Fact]
    public void A_set_has_names_of_any_bytes()
    {
        var set = NodeSet.Parse("h\udce9[1-2],h\udce8");
        Assert.Equal(["h\udce8", "h\udce91", "h\udce92"], set.Order(StringComparer.Ordinal));
        Assert.Contains("h\udce91", set);
        Assert.Equal("h\udce8,h\udce9[1-2]", set.ToString());
        Assert.Equal(set, NodeSet.Of(set));
    }
}
