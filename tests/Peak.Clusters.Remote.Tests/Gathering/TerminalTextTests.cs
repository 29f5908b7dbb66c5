using System.Buffers;
using System.Text;
using CsCheck;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Clusters.Remote.Tests.Gathering;

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
    public void A_line_is_shown_without_its_power(string line, string expected) => Assert.Equal(expected, TerminalText.Of(line));

    [Fact]
    public void Bytes_that_are_no_text_are_shown_in_hexadecimal() => Assert.Equal("a\\xff\\xc3b", Safe([(byte)'a', 0xff, 0xc3, (byte)'b']));

    [Fact]
    public void Nothing_that_a_terminal_obeys_comes_through() =>
        Gen.Byte.Array.Sample(line => Assert.DoesNotContain(Safe(line), c => char.IsControl(c) && c != '\t'));

    private static string Safe(byte[] line)
    {
        var safe = new ArrayBufferWriter<byte>();
        TerminalText.Write(line, safe);
        return Encoding.UTF8.GetString(safe.WrittenSpan);
    }
}
