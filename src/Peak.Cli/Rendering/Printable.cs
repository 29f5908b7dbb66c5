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
}
