using System.Globalization;
using System.Text;

namespace Peak.Cli;

/// <summary>Text from files, made harmless for a terminal.</summary>
internal static class Printable
{
    /// <summary>Whether the text holds a character that could drive a terminal or hide in the text.</summary>
    public static bool NeedsEscape(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
            if (IsUnsafe(c)) return true;
        return false;
    }

    /// <summary>The text with each unsafe character written as <c>\xHH</c> or <c>\uHHHH</c>.</summary>
    public static string Escape(ReadOnlySpan<char> text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (!IsUnsafe(c)) escaped.Append(c);
            else escaped.Append(c < 256 ? "\\x" : "\\u").Append(((int)c).ToString(c < 256 ? "x2" : "x4", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    // Control characters of both ranges, and the marks that reorder or hide text.
    private static bool IsUnsafe(char c) =>
        c < ' ' || (c >= 0x7f && (c <= 0x9f || (c >= 0x200b && char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)));

    /// <summary>How many columns of a terminal printable text takes.</summary>
    public static int WidthOf(string text)
    {
        int width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) continue;
            width += IsWide(rune.Value) ? 2 : 1;
        }

        return width;
    }

    // The wide and full-width blocks of Unicode's EastAsianWidth.txt.
    private static bool IsWide(int value) => value is
        (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
        or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6)
        or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd);
}
