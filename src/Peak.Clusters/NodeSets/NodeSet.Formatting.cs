using System.Buffers;
using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets;

public sealed partial class NodeSet
{
    /// <summary>The set folded: <c>db[01-04],web[1-20]</c>; the empty text for the empty set.</summary>
    public override string ToString() => ToString(FoldOptions.Default);

    /// <summary>The set folded.</summary>
    /// <param name="options">How.</param>
    public string ToString(FoldOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = new Utf8Text();
        try
        {
            AppendTo(ref text, options);
            return text.ToString();
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>The set folded.</summary>
    /// <param name="format">null, the empty text or <c>G</c>.</param>
    /// <param name="formatProvider">Ignored.</param>
    /// <exception cref="FormatException"><paramref name="format"/> is something else.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        format is null or "" or "G" ? ToString() : throw new FormatException($"There is no format '{format}' for node sets.");

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string text = ToString(format.ToString(), provider);
        charsWritten = text.TryCopyTo(destination) ? text.Length : 0;
        return charsWritten == text.Length;
    }

    /// <summary>Writes the set folded, in UTF-8.</summary>
    /// <param name="writer">Where to; it gets blocks of about 64 KB.</param>
    /// <param name="options">How; <see cref="FoldOptions.Default"/> if null.</param>
    public void WriteFolded(IBufferWriter<byte> writer, FoldOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var text = new Utf8Text(writer);
        try
        {
            AppendTo(ref text, options ?? FoldOptions.Default);
            text.Flush();
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>Writes each name in UTF-8, in order, with a separator between two of them.</summary>
    /// <param name="writer">Where to; it gets blocks of about 64 KB.</param>
    /// <param name="separator">What to write between two names.</param>
    public void WriteTo(IBufferWriter<byte> writer, ReadOnlySpan<byte> separator)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var text = new Utf8Text(writer);
        try
        {
            bool first = true;
            foreach (var entry in _entries)
                foreach (var product in entry.Products())
                    AppendNames(ref text, entry, product, separator, ref first);
            text.Flush();
        }
        finally
        {
            text.Dispose();
        }
    }

    private static void AppendNames(ref Utf8Text text, NodeSetEntry entry, RangeSet[] product, ReadOnlySpan<byte> separator, ref bool first)
    {
        if (product.Length == 0)
        {
            if (!first) text.Append(separator);
            first = false;
            entry.AppendName(ref text, []);
            return;
        }

        // The text up to the last index is the same for a whole run.
        int last = product.Length - 1;
        var tail = entry.Pattern.TextBefore(product.Length);
        foreach (long[] head in Heads(product))
        {
            var prefix = new Utf8Text();
            try
            {
                for (int axis = 0; axis < last; axis++)
                {
                    prefix.Append(entry.Pattern.TextBefore(axis));
                    prefix.AppendIndex(head[axis]);
                }

                prefix.Append(entry.Pattern.TextBefore(last));
                foreach (var interval in product[last].Spans)
                {
                    for (long code = interval.First; code <= interval.Last; code++)
                    {
                        if (!first) text.Append(separator);
                        first = false;
                        text.Append(prefix.Span);
                        text.AppendIndex(code);
                        text.Append(tail);
                    }
                }
            }
            finally
            {
                prefix.Dispose();
            }
        }
    }

    /// <summary>All vectors of all axes but the last.</summary>
    private static IEnumerable<long[]> Heads(RangeSet[] product)
    {
        var head = new long[product.Length - 1];
        return Fill(0);

        IEnumerable<long[]> Fill(int axis)
        {
            if (axis == head.Length)
            {
                yield return head;
                yield break;
            }

            foreach (long code in product[axis].Codes())
            {
                head[axis] = code;
                foreach (long[] filled in Fill(axis + 1)) yield return filled;
            }
        }
    }

    private void AppendTo(ref Utf8Text text, FoldOptions options)
    {
        bool first = true;
        foreach (var entry in _entries)
            foreach (var product in entry.Products())
                AppendFolded(ref text, entry.Pattern, product, options, ref first);
    }

    /// <summary>
    /// Writes a product: once, or once for each index along the axes that are not folded, the first of them running
    /// fastest.
    /// </summary>
    private static void AppendFolded(ref Utf8Text text, NodePattern pattern, RangeSet[] product, FoldOptions options, ref bool first)
    {
        var places = new long[product.Length];
        while (true)
        {
            if (!first) text.Append((byte)',');
            first = false;
            for (int axis = 0; axis < product.Length; axis++)
            {
                text.Append(pattern.TextBefore(axis));
                if (product[axis].LongCount == 1)
                {
                    text.AppendIndex(product[axis].CodeAt(0));
                }
                else if (options.Folds(axis, product.Length))
                {
                    text.Append((byte)'[');
                    product[axis].AppendTo(ref text, options.AutoStep);
                    text.Append((byte)']');
                }
                else
                {
                    text.AppendIndex(product[axis].CodeAt(places[axis]));
                }
            }

            text.Append(pattern.TextBefore(product.Length));
            int next = 0;
            while (next < product.Length && (options.Folds(next, product.Length) || ++places[next] == product[next].LongCount))
                places[next++] = 0;
            if (next == product.Length) return;
        }
    }
}
