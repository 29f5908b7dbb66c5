using System.Buffers;
using System.Text;

namespace Peak.Clusters;

/// <summary>
/// Texts of the system as strings, and back, without loss: arguments, names of hosts and values of variables are bytes there, mostly
/// UTF-8, and nobody promises that they are.
/// </summary>
/// <remarks>
/// A byte that is no UTF-8 stands in a string as half a surrogate pair, 0xE9 as U+DCE9, which no UTF-8 can be (Python's
/// <c>surrogateescape</c>). Every text that this library and those around it give to the system or to hosts goes through
/// <see cref="GetBytes(ReadOnlySpan{char})"/>.
/// </remarks>
public static class ByteText
{
    private const char First = '\udc80', Last = '\udcff';
    private const int Offset = 0xdc00;

    /// <summary>The bytes as a string.</summary>
    /// <param name="bytes">The bytes, mostly UTF-8.</param>
    public static string GetString(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            bool whole = Rune.DecodeFromUtf8(bytes, out var rune, out int length) == OperationStatus.Done;
            if (whole) text.Append(pair[..rune.EncodeToUtf16(pair)]);
            else
                foreach (byte b in bytes[..length]) text.Append((char)(Offset + b));
            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>Whether a string has bytes that are no UTF-8.</summary>
    /// <param name="text">The string.</param>
    public static bool HasBytes(ReadOnlySpan<char> text) => CountBytes(text) > 0;

    /// <summary>The bytes that a string stands for.</summary>
    /// <param name="text">The string.</param>
    public static byte[] GetBytes(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[GetByteCount(text)];
        GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>How many bytes a string stands for.</summary>
    /// <param name="text">The string.</param>
    // Half a pair is three bytes in UTF-8: those of U+FFFD.
    public static int GetByteCount(ReadOnlySpan<char> text) => Encoding.UTF8.GetByteCount(text) - 2 * CountBytes(text);

    /// <summary>Writes the bytes that a string stands for.</summary>
    /// <param name="text">The string.</param>
    /// <param name="destination">Where to.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">They are more than there is room for.</exception>
    public static int GetBytes(ReadOnlySpan<char> text, Span<byte> destination)
    {
        int count = 0;
        for (int at; (at = NextByte(text)) >= 0; text = text[(at + 1)..])
        {
            count += Encoding.UTF8.GetBytes(text[..at], destination[count..]);
            if (count == destination.Length) throw new ArgumentException("There is not enough room.", nameof(destination));
            destination[count++] = (byte)(text[at] - Offset);
        }

        return count + Encoding.UTF8.GetBytes(text, destination[count..]);
    }

    private static int CountBytes(ReadOnlySpan<char> text)
    {
        int count = 0;
        for (int at; (at = NextByte(text)) >= 0; text = text[(at + 1)..]) count++;
        return count;
    }

    /// <summary>Where the next character is that stands for a byte; -1 where there is none. Half of a whole pair is none.</summary>
    private static int NextByte(ReadOnlySpan<char> text)
    {
        for (int from = 0; text[from..].IndexOfAnyInRange(First, Last) is >= 0 and var next; from += next + 1)
            if (from + next == 0 || !char.IsHighSurrogate(text[from + next - 1])) return from + next;
        return -1;
    }
}
