using System.Buffers;
using System.Text;
using CsCheck;

namespace Peak.Clusters.Tests;

public class TerminalTextTests
{
    [Theory]
    [InlineData("plain text\tand a tab", "plain text\tand a tab")]
    [InlineData("Grüße 日本語 👩‍💻", "Grüße 日本語 👩‍💻")]
    [InlineData("\u001b[2J\u001b]0;title\a", "^[[2J^[]0;title^G")]
    [InlineData("50%\r100%\r", "50%^M100%")]
    [InlineData("a\u007fb\0", "a^?b^@")]
    [InlineData("\u009b31m", "<U+009B>31m")]
    [InlineData("evil\u202etxt.exe", "evil<U+202E>txt.exe")]
    [InlineData("a\u2028b", "a<U+2028>b")]
    [InlineData("two\nlines", "two^Jlines")]
    public void A_line_of_output_is_shown_without_its_power(string line, string expected) =>
        Assert.Equal(expected, Line(Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData("web1.example.com", "web1.example.com")]
    [InlineData("日本", "日本")]
    [InlineData("\u001b[31mweb\u007f", "^[[31mweb^?")]
    [InlineData("web\t1\r", "web^I1^M")]
    [InlineData("web\u200d1", "web<U+200D>1")]
    [InlineData("web\u00a01", "web<U+00A0>1")]
    [InlineData("web\u202e1", "web<U+202E>1")]
    [InlineData("web\U000E00411", "web<U+E0041>1")]
    public void A_name_hides_nothing(string name, string expected)
    {
        Assert.Equal(expected, TerminalText.Escape(name));
        Assert.Equal(expected, TerminalText.Escape(name.AsSpan()));
        Assert.Equal(expected, TerminalText.Escape(Encoding.UTF8.GetBytes(name)));
        Assert.Equal(expected != name, TerminalText.NeedsEscape(name));
    }

    [Fact]
    public void Half_a_character_is_shown_as_what_it_is() => Assert.Equal("a<U+D83D>b", TerminalText.Escape("a\ud83db"));

    [Fact]
    public void Bytes_that_are_no_text_are_shown_in_hexadecimal()
    {
        byte[] text = [(byte)'a', 0xff, 0xc3, (byte)'b'];
        Assert.Equal("a\\xff\\xc3b", Line(text));
        Assert.Equal("a\\xff\\xc3b", TerminalText.Escape(text));
    }

    [Fact]
    public void A_name_with_nothing_to_escape_is_not_copied()
    {
        string name = new("grüße".AsSpan());
        Assert.Same(name, TerminalText.Escape(name));
    }

    [Fact]
    public void Nothing_that_a_terminal_obeys_comes_through() => Gen.Byte.Array.Sample(text =>
    {
        Assert.DoesNotContain(Line(text), c => char.IsControl(c) && c != '\t');
        Assert.DoesNotContain(TerminalText.Escape(text), char.IsControl);
    });

    [Fact]
    public void What_is_escaped_needs_no_escape() =>
        Gen.String.Sample(text => Assert.False(TerminalText.NeedsEscape(TerminalText.Escape(text))));

    [Theory]
    [InlineData("web1", 4)]
    [InlineData("日本", 4)]
    [InlineData("e\u0301x", 2)]
    [InlineData("a🎉", 3)]
    [InlineData("", 0)]
    public void A_text_takes_columns_as_a_terminal_shows_it(string text, int columns) => Assert.Equal(columns, TerminalText.WidthOf(text));

    private static string Line(byte[] line)
    {
        var safe = new ArrayBufferWriter<byte>();
        TerminalText.Write(line, safe);
        return Encoding.UTF8.GetString(safe.WrittenSpan);
    }
}
