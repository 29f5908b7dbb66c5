namespace Peak.Clusters;

/// <summary>Finds what somebody probably meant: "did you mean …?"</summary>
public static class Suggestion
{
    private const int MaxLength = 200;

    /// <summary>The candidate that is nearest to a name; of several, the first.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="candidates">What there is; those of more than 200 characters are not considered.</param>
    /// <returns>
    /// The nearest candidate; null where none is near. Near is what a few slips make of it: one slip, or one for each
    /// three characters of the name. A slip is a character too many, one too few, a wrong one, or two that are swapped;
    /// case makes no difference. Names that differ only in their numbers (<c>rack1</c>, <c>rack2</c>) are different on
    /// purpose and never near.
    /// </returns>
    public static string? For(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        string? nearest = null;
        if (name.Length > MaxLength) return null;
        int limit = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) >= limit || candidate.Length is 0 or > MaxLength) continue;
            int distance = Distance(name, candidate);
            if (distance < limit && (distance == 0 || !DifferOnlyInDigits(name, candidate))) (limit, nearest) = (distance, candidate);
        }

        return nearest;
    }

    private static bool DifferOnlyInDigits(string a, string b)
    {
        int i = 0, j = 0;
        while (true)
        {
            while (i < a.Length && char.IsAsciiDigit(a[i])) i++;
            while (j < b.Length && char.IsAsciiDigit(b[j])) j++;
            if (i == a.Length || j == b.Length) return i == a.Length && j == b.Length;
            if (!Same(a[i++], b[j++])) return false;
        }
    }

    private static bool Same(char x, char y) => x == y || char.ToLowerInvariant(x) == char.ToLowerInvariant(y);

    /// <summary>
    /// The number of characters inserted, deleted, replaced or swapped with their neighbour that make one word the other
    /// (optimal string alignment), whatever their case.
    /// </summary>
    internal static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
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
                int replaced = last[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, 1 + Math.Min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
        }

        return row[b.Length];
    }
}
