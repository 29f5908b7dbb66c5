using System.Buffers;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>The words of standard input: white space parts them, <c>#</c> begins a comment up to the end of the line.</summary>
internal static class NodeSetInput
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create(" \t\r\n\v\f#"u8);

    public delegate void WordReader(ReadOnlySpan<byte> word);

    public static void ReadWords(WordReader read)
    {
        using var stream = new StandardInput();
        byte[] buffer = new byte[1 << 16];
        int kept = 0;
        bool inComment = false;
        while (true)
        {
            int count = stream.Read(buffer, kept, buffer.Length - kept);
            var rest = buffer.AsSpan(0, kept + count);
            int length = ReadWords(ref rest, ref inComment, atEnd: count == 0, read);
            if (count == 0) return;
            rest[..length].CopyTo(buffer);
            if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            kept = length;
        }
    }

    /// <summary>Reads the whole words; returns the length of what is left in <paramref name="rest"/>, the beginning of a word.</summary>
    private static int ReadWords(ref Span<byte> rest, ref bool inComment, bool atEnd, WordReader read)
    {
        while (!rest.IsEmpty)
        {
            if (inComment)
            {
                int newLine = rest.IndexOf((byte)'\n');
                if (newLine < 0) return 0;
                rest = rest[(newLine + 1)..];
                inComment = false;
                continue;
            }

            int end = rest.IndexOfAny(Ends);
            if (end < 0 && !atEnd) return rest.Length;
            if (end != 0) read(end < 0 ? rest : rest[..end]);
            if (end < 0) return 0;
            inComment = rest[end] == '#';
            rest = rest[(end + 1)..];
        }

        return 0;
    }
}
