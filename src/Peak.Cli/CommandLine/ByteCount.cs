using System.Globalization;

namespace Peak.Cli.CommandLine;

/// <summary>
/// Sizes on the command line: <c>4096</c>, <c>512K</c>, <c>20M</c>, <c>1.5G</c>, <c>2T</c>; the units are powers of 1024.
/// </summary>
internal static class ByteCount
{
    public static bool TryParse(string text, out long bytes)
    {
        (string number, int power) = text switch
        {
            [.., 'k' or 'K'] => (text[..^1], 10),
            [.., 'm' or 'M'] => (text[..^1], 20),
            [.., 'g' or 'G'] => (text[..^1], 30),
            [.., 't' or 'T'] => (text[..^1], 40),
            _ => (text, 0),
        };
        bytes = 0;
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)) return false;
        if (value > long.MaxValue >> power) return false;
        bytes = (long)(value * (1L << power));
        return true;
    }
}
