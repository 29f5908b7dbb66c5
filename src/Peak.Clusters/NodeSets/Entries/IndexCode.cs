using System.Runtime.CompilerServices;

namespace Peak.Clusters.NodeSets.Entries;

/// <summary>
/// An index is a string of digits (<c>7</c>, <c>07</c>, <c>007</c> are three), or a negative number without padding.
/// Its code is a number that says both, and whose order is the order of indexes: shorter ones first, then by value.
/// </summary>
/// <remarks>
/// <c>0</c>-<c>9</c> have the codes 0-9, <c>00</c>-<c>99</c> 10-109, <c>000</c>-<c>999</c> 110-1109, and so on; a
/// negative number is its own code. So a padded range is one interval of codes, and an unpadded one is one interval
/// for each length.
/// </remarks>
internal static class IndexCode
{
    /// <summary>A longer run of digits is text, not an index.</summary>
    public const int MaxDigits = 18;

    private static readonly long[] Powers = MakePowers();
    private static readonly long[] Offsets = MakeOffsets();

    /// <summary>10 to the power of <paramref name="digits"/>, which is 0 to 18.</summary>
    public static long PowerOfTen(int digits) => Powers[digits];

    /// <summary>The code of the first index of a length.</summary>
    public static long FirstOf(int digits) => Offsets[digits];

    /// <summary>The code of the last index of a length.</summary>
    public static long LastOf(int digits) => Offsets[digits + 1] - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Encode(long value, int digits) => value < 0 ? value : value + Offsets[digits];

    /// <summary>The code of 1 to 18 digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Encode(ReadOnlySpan<byte> digits)
    {
        long value = 0;
        foreach (byte b in digits) value = value * 10 + (b - '0');
        return value + Offsets[digits.Length];
    }

    /// <summary>The number of digits; of a negative index, without its sign.</summary>
    public static int DigitsOf(long code)
    {
        if (code < 0) return CountDigits(-code);
        int digits = 1;
        while (code >= Offsets[digits + 1]) digits++;
        return digits;
    }

    public static int CountDigits(long value)
    {
        int digits = 1;
        while (digits < Powers.Length && value >= Powers[digits]) digits++;
        return digits;
    }

    public static long ValueOf(long code) => code < 0 ? code : code - Offsets[DigitsOf(code)];

    /// <summary>The number of characters that <see cref="Format"/> writes.</summary>
    public static int LengthOf(long code) => code < 0 ? CountDigits(-code) + 1 : DigitsOf(code);

    /// <summary>Writes the index; returns the number of bytes. 19 are always enough.</summary>
    public static int Format(long code, Span<byte> to)
    {
        int digits = DigitsOf(code), start = 0;
        long value;
        if (code < 0)
        {
            to[0] = (byte)'-';
            start = 1;
            value = -code;
        }
        else
        {
            value = code - Offsets[digits];
        }

        for (int i = start + digits - 1; i >= start; i--)
        {
            (value, long digit) = Math.DivRem(value, 10);
            to[i] = (byte)('0' + digit);
        }

        return start + digits;
    }

    public static string ToText(long code)
    {
        Span<byte> text = stackalloc byte[MaxDigits + 1];
        return System.Text.Encoding.ASCII.GetString(text[..Format(code, text)]);
    }

    /// <summary>A number that orders indexes as texts, byte for byte.</summary>
    public static UInt128 TextKey(long code)
    {
        int digits = DigitsOf(code);
        long aligned = Math.Abs(ValueOf(code)) * Powers[MaxDigits - digits];
        return (code < 0 ? UInt128.Zero : UInt128.One << 100) | ((UInt128)(ulong)aligned << 8) | (uint)digits;
    }

    public static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    private static long[] MakePowers()
    {
        var powers = new long[MaxDigits + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }

    private static long[] MakeOffsets()
    {
        var offsets = new long[MaxDigits + 2];
        for (int i = 2; i < offsets.Length; i++) offsets[i] = offsets[i - 1] + Powers[i - 1];
        return offsets;
    }
}
