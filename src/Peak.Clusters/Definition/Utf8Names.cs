using System.Buffers;
using System.Text;

namespace Peak.Clusters.Definition;

/// <summary>Names are bytes in a file and strings in the API; this is the way between the two.</summary>
internal static class Utf8Names
{
    /// <summary>
    /// Decodes UTF-8. An undecodable byte becomes <c>\xHH</c>, which keeps different names different: a backslash in a
    /// name is itself an error.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> utf8)
    {
        if (System.Text.Unicode.Utf8.IsValid(utf8)) return Encoding.UTF8.GetString(utf8);
        var text = new StringBuilder(utf8.Length + 8);
        Span<char> pair = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(utf8, out var rune, out int length);
            if (status == OperationStatus.Done)
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
            else
                foreach (byte b in utf8[..length]) text.Append($"\\x{b:x2}");
            utf8 = utf8[length..];
        }

        return text.ToString();
    }

    public static int CountCodePoints(ReadOnlySpan<byte> utf8)
    {
        int count = 0;
        while (!utf8.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(utf8, out _, out int length);
            count += status == OperationStatus.Done ? 1 : length;
            utf8 = utf8[length..];
        }

        return count;
    }
}
