using System.Text;

namespace Peak.Clusters.Tests.Agreement;

/// <summary>What a program makes of a cluster file, in the order in which it says it.</summary>
internal sealed record Answer(
    IReadOnlyList<string> Hosts,
    IReadOnlyList<string> Orphans,
    IReadOnlyList<(string Name, IReadOnlyList<string> Hosts)> Groups,
    IReadOnlyList<(string Name, IReadOnlyList<string> Groups)> GroupsOfHosts)
{
    public static Answer Of(Cluster cluster) => new(
        [.. cluster.Hosts.Select(h => h.Name)],
        [.. cluster.Orphans.Hosts.Select(h => h.Name)],
        [.. cluster.Groups.Select(g => (g.Name, (IReadOnlyList<string>)[.. g.Hosts.Select(h => h.Name)]))],
        [.. cluster.Hosts.Select(h => (h.Name, (IReadOnlyList<string>)[.. h.Groups.Select(g => g.Name)]))]);

    /// <summary>All of it as text, so that two answers compare and a difference can be read.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line("hosts", Hosts);
        Line("orphans", Orphans);
        foreach (var (name, hosts) in Groups) Line($"group '{name}'", hosts);
        foreach (var (name, groups) in GroupsOfHosts) Line($"groups of '{name}'", groups);
        return text.ToString();

        void Line(string what, IReadOnlyList<string> names) =>
            text.Append(what).Append(':').Append(string.Concat(names.Select(n => $" '{n}'"))).Append('\n');
    }
}

/// <summary>A byte as a character, so that the models can be written with strings; and back to what people read.</summary>
internal static class ByteText
{
    private static readonly Encoding s_readable = Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new HexFallback());

    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static byte[] Bytes(string byteText) => Encoding.Latin1.GetBytes(byteText);

    /// <summary>Decoded as UTF-8, undecodable bytes as <c>\xHH</c>.</summary>
    public static string Readable(string byteText) => s_readable.GetString(Bytes(byteText));

    private sealed class HexFallback : DecoderFallback
    {
        public override int MaxCharCount => 16;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

        private sealed class Buffer : DecoderFallbackBuffer
        {
            private string _text = "";
            private int _next;

            public override int Remaining => _text.Length - _next;

            public override bool Fallback(byte[] bytesUnknown, int index)
            {
                (_text, _next) = (string.Concat(bytesUnknown.Select(b => $"\\x{b:x2}")), 0);
                return true;
            }

            public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

            public override bool MovePrevious() => _next > 0 && _next-- > 0;

            public override void Reset() => (_text, _next) = ("", 0);
        }
    }
}
