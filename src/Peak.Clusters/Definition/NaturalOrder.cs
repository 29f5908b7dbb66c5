namespace Peak.Clusters.Definition;

/// <summary>Names by text, runs of digits by their value: <c>n2</c> before <c>n10</c>, and <c>n1</c> before <c>n01</c>.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        while (!left.IsEmpty && !right.IsEmpty)
        {
            int leftDigits = Digits(left), rightDigits = Digits(right);
            if (leftDigits > 0 && rightDigits > 0)
            {
                int order = CompareNumbers(left[..leftDigits], right[..rightDigits]);
                if (order != 0) return order;
                left = left[leftDigits..];
                right = right[rightDigits..];
                continue;
            }

            if (left[0] != right[0]) return left[0].CompareTo(right[0]);
            left = left[1..];
            right = right[1..];
        }

        // Equal but for zeros in front: the text decides, so that different names are never equal.
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : Ties(x, y);
    }

    private static int Ties(string? x, string? y) =>
        (x?.Length ?? 0) != (y?.Length ?? 0) ? (x?.Length ?? 0).CompareTo(y?.Length ?? 0) : string.CompareOrdinal(x, y);

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int length = text.IndexOfAnyExceptInRange('0', '9');
        return length < 0 ? text.Length : length;
    }
}
