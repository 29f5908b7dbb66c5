using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets.Parsing;

/// <summary>Reads ranges (<c>1-5,7,10-20/2</c>) out of a text, with or without digits glued to each index.</summary>
internal ref struct RangeParser(ReadOnlySpan<byte> text)
{
    /// <summary>A range with a step is stored index by index; a text has no more of them than this.</summary>
    public const int MaxSteppedIndexes = 4_000_000;

    private readonly ReadOnlySpan<byte> _text = text;
    private long _steppedIndexes;

    public SyntaxFault? Error { get; private set; }

    /// <summary>
    /// Reads the ranges from <paramref name="start"/> to <paramref name="end"/>; null and <see cref="Error"/> if they
    /// are wrong.
    /// </summary>
    /// <param name="start">Where the ranges begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="prefix">Digits before the ranges, part of each bound: <c>1[0-9]</c> is <c>[10-19]</c>.</param>
    /// <param name="suffix">Digits after the ranges, part of each index: <c>[1-2]0</c> is <c>[10,20]</c>.</param>
    public RangeSet? Parse(int start, int end, ReadOnlySpan<byte> prefix = default, ReadOnlySpan<byte> suffix = default)
    {
        int first = start;
        var intervals = new List<Interval>();
        while (true)
        {
            int comma = _text[start..end].IndexOf((byte)',');
            int stop = comma < 0 ? end : start + comma;
            if (!ParseRange(intervals, start, stop, prefix.Length, suffix)) return null;
            if (comma < 0) break;
            start = stop + 1;
        }

        var ranges = new RangeSet(Intervals.Normalize(intervals));
        return prefix.IsEmpty ? ranges : AddPrefix(ranges, prefix, first, end);
    }

    /// <summary>
    /// Puts digits before the bounds of each contiguous range, as ClusterShell does: <c>2[10-320]</c> is
    /// <c>[210-2320]</c>.
    /// </summary>
    private RangeSet? AddPrefix(RangeSet ranges, ReadOnlySpan<byte> prefix, int start, int end)
    {
        var intervals = new List<Interval>();
        long head = Value(prefix);
        foreach (var range in ranges.Ranges())
        {
            int length = Math.Max(range.Digits, IndexCode.CountDigits(range.First));
            int lastLength = Math.Max(range.Digits, IndexCode.CountDigits(range.Last));
            bool padded = prefix[0] == '0';
            if (padded && length != lastLength)
            {
                Fail(
                    start,
                    end - start,
                    $"With {TerminalText.Quote(prefix)} before it, {TerminalText.Quote(_text[start..end])} "
                        + "has bounds padded to different lengths.",
                    "Write indexes of each length in a range of their own.");
                return null;
            }

            RangeSet.AddRange(
                intervals,
                head * IndexCode.PowerOfTen(length) + range.First,
                head * IndexCode.PowerOfTen(lastLength) + range.Last,
                padded ? prefix.Length + length : 0);
        }

        return new RangeSet(Intervals.Normalize(intervals));
    }

    private bool ParseRange(List<Interval> intervals, int start, int end, int prefixLength, ReadOnlySpan<byte> suffix)
    {
        Trim(ref start, ref end);
        int wholeStart = start, wholeLength = end - start;
        if (wholeLength == 0) return Fail(start, 0, "The range is empty.", "Write an index or a range there, such as 1-5.");
        ReadOnlySpan<byte> quoted = _text.Slice(wholeStart, wholeLength);
        if (!Number(ref start, end, out var first, out bool firstNegative))
            return NoRange(start, end, quoted);
        var last = first;
        bool lastNegative = firstNegative, isRange = false;
        long step = 1;
        if (start < end && _text[start] == '-')
        {
            start++;
            isRange = true;
            if (!Number(ref start, end, out last, out lastNegative)) return NoRange(start, end, quoted);
        }

        if (start < end && _text[start] == '/')
        {
            start++;
            if (!Number(ref start, end, out var steps, out bool negative) || negative)
                return NoRange(start, end, quoted);
            if (steps.TrimStart((byte)'0').Length > IndexCode.MaxDigits) return TooLong(wholeStart, steps);
            step = Value(steps);
            if (step < 1)
                return Fail(wholeStart, wholeLength, $"The step of {TerminalText.Quote(quoted)} is 0.", "Write a step of 1 or more.");
            // "-3/2" counts as the range from -3 to -3, as with ClusterShell.
            if (!isRange && !firstNegative && step != 1)
                return Fail(wholeStart, wholeLength, $"{TerminalText.Quote(quoted)} has a step but is no range.", "Write first-last/step.");
            if (suffix.Length > 0)
                return Fail(wholeStart, wholeLength, $"{TerminalText.Quote(quoted)} has a step, and digits follow the bracket.",
                    "Write the indexes with their last digits inside the bracket.");
        }

        if (start < end) return NoRange(start, end, quoted);
        int longest = Math.Max(first.Length, last.Length) + prefixLength + suffix.Length;
        if (longest > IndexCode.MaxDigits) return TooLong(wholeStart, first.Length > last.Length ? first : last);
        bool firstPadded = first.Length > 1 && first[0] == '0', lastPadded = last.Length > 1 && last[0] == '0';
        if ((firstPadded || lastPadded) && first.Length != last.Length)
            return Fail(wholeStart, wholeLength, $"The bounds of {TerminalText.Quote(quoted)} are padded to different lengths.",
                "Write both with the same number of digits.");
        // With the digits after the bracket, a first index 0 is padded: n[0-10]0 would begin with n00, and end with n100.
        if (isRange && suffix.Length > 0 && !firstNegative && first is [(byte)'0'] && last.Length > 1)
            return Fail(wholeStart, wholeLength,
                $"The bounds of {TerminalText.Quote(quoted)}, with the digits after the bracket, are padded to different lengths.",
                "Write the 0 by itself: 0,1-10.");
        if ((firstPadded && firstNegative) || (lastPadded && lastNegative))
            return Fail(wholeStart, wholeLength, $"{TerminalText.Quote(quoted)} has a padded negative number.",
                "Write negative numbers without leading zeros.");
        if (firstNegative && prefixLength > 0)
            return Fail(wholeStart, wholeLength,
                $"{TerminalText.Quote(quoted)} begins with a negative number, and digits precede the bracket.", "Write the names out.");
        long from = firstNegative ? -Value(first) : Value(first), to = lastNegative ? -Value(last) : Value(last);
        if (from > to)
            return Fail(wholeStart, wholeLength, $"{TerminalText.Quote(quoted)} ends before it begins.", "Write the smaller bound first.");
        if ((step > 1 || suffix.Length > 0) && (_steppedIndexes += (to - from) / step + 1) > MaxSteppedIndexes)
            return Fail(wholeStart, wholeLength, $"{TerminalText.Quote(quoted)} makes more than {MaxSteppedIndexes:N0} separate indexes.",
                "Write fewer of them, or a range without a step and without digits after it.");
        Add(intervals, from, to, step, firstPadded ? first.Length : 0, suffix);
        return true;
    }

    /// <summary>Adds a range, with digits after each index.</summary>
    private static void Add(List<Interval> intervals, long from, long to, long step, int digits, ReadOnlySpan<byte> suffix)
    {
        if (step == 1 && suffix.IsEmpty)
        {
            RangeSet.AddRange(intervals, from, to, digits);
            return;
        }

        long scale = IndexCode.PowerOfTen(suffix.Length), tail = Value(suffix);
        for (long value = from; value <= to; value += step)
        {
            int length = Math.Max(digits, IndexCode.CountDigits(Math.Abs(value))) + suffix.Length;
            long code = IndexCode.Encode(value * scale + (value < 0 ? -tail : tail), length);
            intervals.Add(new Interval(code, code));
        }
    }

    /// <summary>Reads an optional sign and digits, with white space around them.</summary>
    private readonly bool Number(ref int at, int end, out ReadOnlySpan<byte> digits, out bool negative)
    {
        while (at < end && Blank(_text[at])) at++;
        negative = at < end && _text[at] == '-';
        if (negative) at++;
        while (at < end && Blank(_text[at])) at++;
        int start = at;
        while (at < end && IndexCode.IsDigit(_text[at])) at++;
        digits = _text[start..at];
        while (at < end && Blank(_text[at])) at++;
        return digits.Length > 0;
    }

    private readonly void Trim(ref int start, ref int end)
    {
        while (start < end && Blank(_text[start])) start++;
        while (start < end && Blank(_text[end - 1])) end--;
    }

    internal static bool Blank(byte b) => b is (byte)' ' or (>= 9 and <= 13);

    private static long Value(ReadOnlySpan<byte> digits)
    {
        long value = 0;
        foreach (byte b in digits.Length > IndexCode.MaxDigits ? digits.TrimStart((byte)'0') : digits) value = value * 10 + (b - '0');
        return value;
    }

    private bool NoRange(int at, int end, scoped ReadOnlySpan<byte> whole) => Fail(
        at, at < end ? 1 : 0, $"{TerminalText.Quote(whole)} is no range.",
        "Write an index (7), a range (1-5) or a range with a step (1-9/2).");

    private bool TooLong(int at, scoped ReadOnlySpan<byte> digits) => Fail(
        at, digits.Length, $"{TerminalText.Quote(digits)} makes an index of more than {IndexCode.MaxDigits} digits.",
        "Write the names out, without brackets.");

    private bool Fail(int start, int length, string message, string remedy)
    {
        Error = new SyntaxFault(start, length, message, remedy);
        return false;
    }
}
