using System.Buffers;
using System.Globalization;
using System.Text;

namespace Peak.Clusters.Remote.Gathering;

/// <summary>Makes what a host printed safe to show on a terminal.</summary>
/// <remarks>
/// A terminal obeys control sequences: a host could rewrite the lines of others, set the title or answer in place of
/// the operator. Control characters but the tab are shown in caret notation (<c>^[</c>, as <c>cat -v</c> does), the
/// C1 controls, those that change the direction of text and other invisible ones as <c>&lt;U+202E&gt;</c>, bytes that
/// are no UTF-8 as <c>\xff</c>. A carriage return at the end of a line is dropped.
/// </remarks>
public static class TerminalText
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create([(byte)'\t', .. Enumerable.Range(0x20, 0x5f).Select(b => (byte)b)]);

    /// <summary>Writes a line in its safe form.</summary>
    /// <param name="line">The line, without its line feed.</param>
    /// <param name="destination">Where to.</param>
    public static void Write(ReadOnlySpan<byte> line, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (line.EndsWith("\r"u8)) line = line[..^1];
        while (!line.IsEmpty)
        {
            int plain = line.IndexOfAnyExcept(Plain);
            if (plain < 0) plain = line.Length;
            destination.Write(line[..plain]);
            line = line[plain..];
            if (line.IsEmpty) return;
            var status = Rune.DecodeFromUtf8(line, out var rune, out int length);
            if (status != OperationStatus.Done)
                foreach (byte b in line[..length]) destination.Write(Encoding.ASCII.GetBytes($"\\x{b:x2}"));
            else if (rune.Value < 0x20)
                destination.Write([(byte)'^', (byte)(rune.Value + 0x40)]);
            else if (rune.Value == 0x7f)
                destination.Write("^?"u8);
            else if (IsDangerous(rune))
                destination.Write(Encoding.ASCII.GetBytes($"<U+{rune.Value:X4}>"));
            else
                destination.Write(line[..length]);
            line = line[length..];
        }
    }

    /// <summary>The safe form of a text.</summary>
    /// <param name="text">The text; a line feed in it is shown as well.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        if (!utf8.AsSpan().ContainsAnyExcept(Plain)) return text;
        var safe = new ArrayBufferWriter<byte>(utf8.Length + 16);
        Write(utf8, safe);
        return Encoding.UTF8.GetString(safe.WrittenSpan);
    }

    private static bool IsDangerous(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        // Of the format characters only joiners have a place in plain text.
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value is not (0x200c or 0x200d or 0xad));
}
