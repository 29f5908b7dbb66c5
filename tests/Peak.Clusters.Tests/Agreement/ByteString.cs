using System.Text;

namespace Peak.Clusters.Tests.Agreement;

/// <summary>A byte as a character, so that the models can be written with strings; and back to what people read.</summary>
internal static class ByteString
{
    private static readonly Encoding Utf8OrHex = Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new HexFallback());

    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static byte[] Bytes(string byteText) => Encoding.Latin1.GetBytes(byteText);

    /// <summary>Decoded as UTF-8, undecodable bytes as <c>\xHH</c>.</summary>
    public static string Readable(string byteText) => Utf8OrHex.GetString(Bytes(byteText));

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
