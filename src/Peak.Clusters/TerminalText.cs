using System.Buffers;
using System.Globalization;
using System.Text;

namespace Peak.Clusters;

/// <summary>Makes names, messages and the output of hosts safe to show on a terminal.</summary>
/// <remarks>
/// <para>
/// A terminal obeys control sequences: a name in a file, or what a host prints, could rewrite the lines of others, set
/// the title or answer in place of the operator. So control characters are shown in caret notation (<c>^[</c>, as
/// <c>cat -v</c> does), the C1 controls, those that change the direction of text and other invisible characters as
/// <c>&lt;U+202E&gt;</c>, and bytes that are no UTF-8 as <c>\xff</c>.
/// </para>
/// <para>
/// A name must hide nothing: <see cref="Escape(string)"/> also shows tabs (<c>^I</c>), joiners and every white space
/// but the plain space. A line of output is somebody's text: <see cref="Write"/> leaves tabs, joiners and white space as
/// they are, and drops a carriage return at the end of the line.
/// </para>
/// </remarks>
public static class TerminalText
{
    private const char FirstPlain = ' ', LastPlain = '~';
    private static readonly SearchValues<byte> PlainInLines =
        SearchValues.Create([(byte)'\t', .. Enumerable.Range(FirstPlain, LastPlain - FirstPlain + 1).Select(b => (byte)b)]);

    /// <summary>Whether a name or message has a character that <see cref="Escape(string)"/> shows in another form.</summary>
    /// <param name="text">The name or message.</param>
    public static bool NeedsEscape(ReadOnlySpan<char> text)
    {
        for (int at = 0, length; (at = NextSpecial(text, at)) < text.Length; at += length)
            if (Rune.DecodeFromUtf16(text[at..], out var rune, out length) != OperationStatus.Done || IsHiddenInName(rune)) return true;
        return false;
    }

    /// <summary>The safe form of a name or message.</summary>
    /// <param name="text">The name or message.</param>
    /// <returns><paramref name="text"/> itself if there is nothing to escape.</returns>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return NeedsEscape(text) ? Escape(text.AsSpan()) : text;
    }

    /// <summary>The safe form of a name or message.</summary>
    /// <param name="text">The name or message.</param>
    public static string Escape(ReadOnlySpan<char> text)
    {
        var safe = new StringBuilder(text.Length + 16);
        while (!text.IsEmpty)
        {
            int plain = NextSpecial(text, 0);
            safe.Append(text[..plain]);
            text = text[plain..];
            if (text.IsEmpty) break;
            bool whole = Rune.DecodeFromUtf16(text, out var rune, out int length) == OperationStatus.Done;
            if (!whole && ByteText.HasBytes(text[..1])) safe.Append(CultureInfo.InvariantCulture, $"\\x{text[0] - 0xdc00:x2}");
            else if (!whole) safe.Append(CultureInfo.InvariantCulture, $"<U+{(int)text[0]:X4}>");
            else if (IsHiddenInName(rune)) safe.Append(NotationOf(rune));
            else safe.Append(text[..length]);
            text = text[length..];
        }

        return safe.ToString();
    }

    /// <summary>The safe form of a name in UTF-8.</summary>
    /// <param name="utf8Text">The name.</param>
    public static string Escape(ReadOnlySpan<byte> utf8Text)
    {
        if (!utf8Text.ContainsAnyExceptInRange((byte)FirstPlain, (byte)LastPlain)) return Encoding.UTF8.GetString(utf8Text);
        var safe = new ArrayBufferWriter<byte>(utf8Text.Length + 16);
        WriteSafe(utf8Text, safe, isName: true);
        return Encoding.UTF8.GetString(safe.WrittenSpan);
    }

    /// <summary>Writes the safe form of a line of output.</summary>
    /// <param name="line">The line in UTF-8, without its line feed.</param>
    /// <param name="destination">Where to.</param>
    public static void Write(ReadOnlySpan<byte> line, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (line.EndsWith("\r"u8)) line = line[..^1];
        WriteSafe(line, destination, isName: false);
    }

    /// <summary>How many columns of a terminal a text takes: 2 for a wide character, 0 for a mark above another.</summary>
    /// <param name="text">The text; without characters that need an escape.</param>
    public static int WidthOf(ReadOnlySpan<char> text)
    {
        int special = NextSpecial(text, 0), width = special;
        foreach (var rune in text[special..].EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) continue;
            width += IsWide(rune.Value) ? 2 : 1;
        }

        return width;
    }

    /// <summary>A piece of a text for a message: safe, in single quotes, and no more than 60 characters of it.</summary>
    internal static string Quote(ReadOnlySpan<byte> utf8Text)
    {
        const int maxLength = 60;
        bool whole = utf8Text.Length <= maxLength;
        if (!whole)
        {
            // Never more bytes than are looked at: a line may have a million of them.
            int end = 0;
            for (int count = 0; count < maxLength && end < utf8Text.Length; count++)
            {
                Rune.DecodeFromUtf8(utf8Text[end..], out _, out int length);
                end += length;
            }

            whole = end == utf8Text.Length;
            utf8Text = utf8Text[..end];
        }

        return $"'{Escape(utf8Text)}{(whole ? "" : "…")}'";
    }

    /// <summary>Whether a character has no picture of its own and may hide or move others.</summary>
    internal static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static void WriteSafe(ReadOnlySpan<byte> text, IBufferWriter<byte> destination, bool isName)
    {
        int start = 0, at = 0;
        while (true)
        {
            int special = isName
                ? text[at..].IndexOfAnyExceptInRange((byte)FirstPlain, (byte)LastPlain)
                : text[at..].IndexOfAnyExcept(PlainInLines);
            if (special < 0) break;
            at += special;
            bool whole = Rune.DecodeFromUtf8(text[at..], out var rune, out int length) == OperationStatus.Done;
            if (whole && !(isName ? IsHiddenInName(rune) : IsHiddenInLine(rune)))
            {
                at += length;
                continue;
            }

            destination.Write(text[start..at]);
            if (whole) destination.Write(Encoding.ASCII.GetBytes(NotationOf(rune)));
            else
                foreach (byte b in text.Slice(at, length)) destination.Write(Encoding.ASCII.GetBytes($"\\x{b:x2}"));
            start = at += length;
        }

        destination.Write(text[start..]);
    }

    private static int NextSpecial(ReadOnlySpan<char> text, int at) =>
        text[at..].IndexOfAnyExceptInRange(FirstPlain, LastPlain) is >= 0 and var next ? at + next : text.Length;

    private static string NotationOf(Rune rune) => rune.Value switch
    {
        < 0x20 => $"^{(char)(rune.Value + 0x40)}",
        0x7f => "^?",
        _ => string.Create(CultureInfo.InvariantCulture, $"<U+{rune.Value:X4}>"),
    };

    private static bool IsHiddenInName(Rune rune) => IsInvisible(rune) || (rune.Value != ' ' && Rune.IsWhiteSpace(rune));

    private static bool IsHiddenInLine(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => rune.Value != '\t',
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        // Of the format characters only joiners and the soft hyphen have a place in plain text.
        UnicodeCategory.Format => rune.Value is not (0x200c or 0x200d or 0xad),
        _ => false,
    };

    // The wide and full-width blocks of Unicode's EastAsianWidth.txt.
    private static bool IsWide(int value) => value is
        (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
        or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6)
        or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd);
}
