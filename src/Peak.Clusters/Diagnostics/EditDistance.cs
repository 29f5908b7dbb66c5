namespace Peak.Clusters.Diagnostics;

/// <summary>How many typing mistakes lie between two words.</summary>
internal static class EditDistance
{
    /// <summary>
    /// The number of characters inserted, deleted, replaced or swapped with their neighbour that make one word the other
    /// (optimal string alignment).
    /// </summary>
    public static int Between(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        int width = b.Length + 1;
        var cells = width <= 80 ? stackalloc int[3 * 80] : new int[3 * width];
        Span<int> beforeLast = cells[..width], last = cells.Slice(width, width), row = cells.Slice(2 * width, width);
        for (int j = 0; j <= b.Length; j++) row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            var oldest = beforeLast;
            beforeLast = last;
            last = row;
            row = oldest;
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, 1 + Math.Min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
        }

        return row[b.Length];
    }
}
