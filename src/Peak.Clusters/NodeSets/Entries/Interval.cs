namespace Peak.Clusters.NodeSets.Entries;

/// <summary>All numbers from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal readonly record struct Interval(long First, long Last)
{
    public long Count => Last - First + 1;
}

/// <summary>
/// The algebra of sets of numbers as arrays of intervals that are sorted, disjoint and not adjacent; so equal sets are
/// equal arrays. Everything is linear in the number of intervals.
/// </summary>
internal static class Intervals
{
    /// <summary>Brings any intervals into order.</summary>
    public static Interval[] Normalize(List<Interval> intervals)
    {
        var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(intervals);
        bool sorted = true;
        for (int i = 1; i < span.Length && sorted; i++) sorted = span[i - 1].First <= span[i].First;
        if (!sorted) span.Sort(static (a, b) => a.First.CompareTo(b.First));
        int count = 0;
        foreach (var next in span)
        {
            if (count > 0 && next.First <= span[count - 1].Last + 1)
            {
                if (next.Last > span[count - 1].Last) span[count - 1] = span[count - 1] with { Last = next.Last };
            }
            else
            {
                span[count++] = next;
            }
        }

        return span[..count].ToArray();
    }

    /// <summary>The intervals of numbers that are sorted; they may repeat.</summary>
    public static Interval[] FromSorted(ReadOnlySpan<long> numbers)
    {
        int count = 0;
        for (int i = 0; i < numbers.Length; i++)
            if (i == 0 || numbers[i] > numbers[i - 1] + 1) count++;
        var result = new Interval[count];
        for (int i = 0, at = -1; i < numbers.Length; i++)
        {
            if (i == 0 || numbers[i] > numbers[i - 1] + 1) result[++at] = new Interval(numbers[i], numbers[i]);
            else result[at] = result[at] with { Last = numbers[i] };
        }

        return result;
    }

    public static Interval[] Union(ReadOnlySpan<Interval> a, ReadOnlySpan<Interval> b)
    {
        var result = new List<Interval>(a.Length + b.Length);
        int i = 0, j = 0;
        while (i < a.Length || j < b.Length)
        {
            var next = j == b.Length || (i < a.Length && a[i].First <= b[j].First) ? a[i++] : b[j++];
            if (result.Count > 0 && next.First <= result[^1].Last + 1)
            {
                if (next.Last > result[^1].Last) result[^1] = result[^1] with { Last = next.Last };
            }
            else
            {
                result.Add(next);
            }
        }

        return [.. result];
    }

    public static Interval[] Intersect(ReadOnlySpan<Interval> a, ReadOnlySpan<Interval> b)
    {
        var result = new List<Interval>();
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            long first = Math.Max(a[i].First, b[j].First), last = Math.Min(a[i].Last, b[j].Last);
            if (first <= last) result.Add(new Interval(first, last));
            if (a[i].Last < b[j].Last) i++;
            else j++;
        }

        return [.. result];
    }

    public static Interval[] Except(ReadOnlySpan<Interval> a, ReadOnlySpan<Interval> b)
    {
        var result = new List<Interval>();
        int j = 0;
        foreach (var whole in a)
        {
            long first = whole.First;
            while (j < b.Length && b[j].Last < first) j++;
            for (int k = j; k < b.Length && b[k].First <= whole.Last; k++)
            {
                if (b[k].First > first) result.Add(new Interval(first, b[k].First - 1));
                first = b[k].Last + 1;
                j = k;
            }

            if (first <= whole.Last) result.Add(new Interval(first, whole.Last));
        }

        return [.. result];
    }

    public static bool Overlap(ReadOnlySpan<Interval> a, ReadOnlySpan<Interval> b)
    {
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (Math.Max(a[i].First, b[j].First) <= Math.Min(a[i].Last, b[j].Last)) return true;
            if (a[i].Last < b[j].Last) i++;
            else j++;
        }

        return false;
    }

    public static bool IsSubset(ReadOnlySpan<Interval> a, ReadOnlySpan<Interval> b)
    {
        int j = 0;
        foreach (var part in a)
        {
            while (j < b.Length && b[j].Last < part.First) j++;
            if (j == b.Length || b[j].First > part.First || b[j].Last < part.Last) return false;
        }

        return true;
    }

    /// <summary>The place of the interval that holds a number; else the complement of the next one's.</summary>
    public static int Find(ReadOnlySpan<Interval> intervals, long number)
    {
        int low = 0, high = intervals.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (intervals[middle].Last < number) low = middle + 1;
            else if (intervals[middle].First > number) high = middle - 1;
            else return middle;
        }

        return ~low;
    }

    public static long Count(ReadOnlySpan<Interval> intervals)
    {
        long count = 0;
        foreach (var interval in intervals) count += interval.Count;
        return count;
    }

    /// <summary>The members at places <paramref name="start"/> up to, without, <paramref name="end"/>.</summary>
    public static Interval[] Slice(ReadOnlySpan<Interval> intervals, long start, long end)
    {
        var result = new List<Interval>();
        long at = 0;
        foreach (var interval in intervals)
        {
            if (at >= end) break;
            long from = Math.Max(start - at, 0), to = Math.Min(end - at, interval.Count);
            if (from < to) result.Add(new Interval(interval.First + from, interval.First + to - 1));
            at += interval.Count;
        }

        return [.. result];
    }
}
