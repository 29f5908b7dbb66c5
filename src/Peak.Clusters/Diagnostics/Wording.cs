using System.Buffers;
using System.Text;

namespace Peak.Clusters.Diagnostics;

/// <summary>Text of a file as it may stand in a message.</summary>
internal static class Wording
{
    private const int MaxLength = 60;

    /// <summary>
    /// The text in single quotes. What a terminal might obey, and what can't be seen, is written as <c>\xHH</c> or
    /// <c>\u{HHHH}</c>; more than 60 characters are cut.
    /// </summary>
    public static string Quote(ReadOnlySpan<byte> utf8)
    {
        var text = new StringBuilder("'");
        Span<char> pair = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            if (text.Length > MaxLength)
            {
                text.Append('…');
                break;
            }

            bool decoded = Rune.DecodeFromUtf8(utf8, out var rune, out int length) == OperationStatus.Done;
            if (!decoded)
                foreach (byte b in utf8[..length]) text.Append($"\\x{b:x2}");
            else if (!NameFaults.IsInvisible(rune) && (rune.Value == ' ' || !Rune.IsWhiteSpace(rune)))
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
            else if (rune.IsAscii)
                text.Append(rune.Value switch { '\t' => "\\t", '\r' => "\\r", _ => $"\\x{rune.Value:x2}" });
            else
                text.Append($"\\u{{{rune.Value:X4}}}");
            utf8 = utf8[length..];
        }

        return text.Append('\'').ToString();
    }

    /// <summary><c>1 host</c>, <c>2 hosts</c>.</summary>
    public static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
