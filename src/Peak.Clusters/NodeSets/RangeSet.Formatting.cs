using System.Buffers;
using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets;

public sealed partial class RangeSet
{
    /// <summary>The set as it is written: <c>1-5,7,008-012</c>.</summary>
    public override string ToString() => ToString(FoldOptions.Default);

    /// <summary>The set as it is written.</summary>
    /// <param name="options">Whether to use steps; axes are of no importance.</param>
    public string ToString(FoldOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = new Utf8Text();
        try
        {
            AppendTo(ref text, options.AutoStep);
            return text.ToString();
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>The set as it is written.</summary>
    /// <param name="format">null, the empty text or <c>G</c>.</param>
    /// <param name="formatProvider">Ignored.</param>
    /// <exception cref="FormatException"><paramref name="format"/> is something else.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        format is null or "" or "G" ? ToString() : throw new FormatException($"There is no format '{format}' for range sets.");

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string text = ToString(format.ToString(), provider);
        charsWritten = text.TryCopyTo(destination) ? text.Length : 0;
        return charsWritten == text.Length;
    }

    /// <summary>Writes each index in UTF-8, with a separator between two of them.</summary>
    /// <param name="writer">Where to; it gets blocks of about 64 KB.</param>
    /// <param name="separator">What to write between two indexes.</param>
    public void WriteTo(IBufferWriter<byte> writer, ReadOnlySpan<byte> separator)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var text = new Utf8Text(writer);
        try
        {
            bool first = true;
            foreach (var interval in _intervals)
            {
                for (long code = interval.First; code <= interval.Last; code++)
                {
                    if (!first) text.Append(separator);
                    first = false;
                    text.AppendIndex(code);
                }
            }

            text.Flush();
        }
        finally
        {
            text.Dispose();
        }
    }

    internal void AppendTo(ref Utf8Text text, int? autoStep)
    {
        bool first = true;
        foreach (var range in autoStep is { } count ? SteppedRanges(count) : Ranges())
        {
            if (!first) text.Append((byte)',');
            first = false;
            text.AppendNumber(range.First, range.Digits);
            if (range.First == range.Last) continue;
            text.Append((byte)'-');
            text.AppendNumber(range.Last, range.Digits);
            if (range.Step == 1) continue;
            text.Append((byte)'/');
            text.AppendNumber(range.Step);
        }
    }

    /// <summary>A range as it is written; <paramref name="Digits"/> is 0 where it has no padding.</summary>
    internal readonly record struct Range(long First, long Last, long Step, int Digits);

    /// <summary>Consecutive indexes of one length; negative ones count as unpadded of length 0.</summary>
    private readonly record struct Run(long First, long Last, int Length)
    {
        public bool IsPadded => IsPaddedAt(First);

        public bool IsPaddedAt(long value) => Length > 1 && value < IndexCode.PowerOfTen(Length - 1);
    }

    /// <summary>The intervals, cut where the length of indexes changes.</summary>
    private IEnumerable<Run> Runs()
    {
        foreach (var interval in _intervals)
        {
            long code = interval.First;
            if (code < 0)
            {
                long last = Math.Min(interval.Last, -1);
                yield return new Run(code, last, 0);
                code = last + 1;
            }

            while (code <= interval.Last)
            {
                int length = IndexCode.DigitsOf(code);
                long last = Math.Min(interval.Last, IndexCode.LastOf(length)), offset = IndexCode.FirstOf(length);
                yield return new Run(code - offset, last - offset, length);
                code = last + 1;
            }
        }
    }

    /// <summary>
    /// The contiguous ranges. An unpadded one may go on where indexes get longer (<c>9-10</c>). As with ClusterShell, an
    /// index alone hands its padding on to the next range of the same length: <c>03,99,100</c>, but <c>03-04,99-100</c>.
    /// </summary>
    internal IEnumerable<Range> Ranges()
    {
        Range? current = null;
        foreach (var run in Runs())
        {
            if (current is { Digits: 0 } range && range.Last + 1 == run.First && !run.IsPadded)
            {
                current = range with { Last = run.Last };
                continue;
            }

            if (current is not null) yield return current.Value;
            bool padded = run.IsPadded
                || (current is { } alone && alone.First == alone.Last && alone.Digits == run.Length && run.Length > 0);
            current = new Range(run.First, run.Last, 1, padded ? run.Length : 0);
        }

        if (current is not null) yield return current.Value;
    }

    /// <summary>
    /// The ranges with steps, found from left to right as ClusterShell's <c>autostep</c> does: at least
    /// <paramref name="autoStep"/> indexes at equal distance become one range. Stretches without a gap are taken at once.
    /// </summary>
    private IEnumerable<Range> SteppedRanges(int autoStep)
    {
        bool open = false, padded = false;
        int length = 0;
        long start = 0, last = 0, leastSteps = autoStep - 1L;
        long? step = null;
        foreach (var run in Runs())
        {
            for (long value = run.First; value <= run.Last; value++)
            {
                bool valuePadded = run.IsPaddedAt(value);
                bool otherPadding = open && (padded ? run.Length != length : valuePadded);
                bool otherStep = open && !otherPadding && step is not null && step != value - last;
                if (!open)
                {
                    (open, start, last, padded, length) = (true, value, value, valuePadded, run.Length);
                }
                else if (!otherPadding && !otherStep)
                {
                    step = value - last;
                    last = value;
                }
                else
                {
                    int digits = padded ? length : 0;
                    if (step is null or 1 || (Int128)(last - start) >= (Int128)leastSteps * step.Value)
                    {
                        yield return new Range(start, last, step ?? 1, digits);
                        (start, padded, length) = (value, valuePadded, run.Length);
                    }
                    else
                    {
                        // Not worth a step. The last index may begin another range, unless that has other padding.
                        long end = otherPadding ? last : last - step.Value;
                        for (long single = start; single <= end; single += step.Value) yield return new Range(single, single, 1, digits);
                        if (otherPadding) (start, padded, length) = (value, valuePadded, run.Length);
                        else start = last;
                    }

                    step = otherStep ? value - last : null;
                    last = value;
                }

                if (step == 1 && last == value) value = last = run.Last;
            }
        }

        if (!open) yield break;
        int lastDigits = padded ? length : 0;
        if (step is null or 1 || (Int128)(last - start) >= (Int128)leastSteps * step.Value)
            yield return new Range(start, last, step ?? 1, lastDigits);
        else
            for (long single = start; single <= last; single += step.Value) yield return new Range(single, single, 1, lastDigits);
    }
}
