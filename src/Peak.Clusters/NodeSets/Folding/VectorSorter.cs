using System.Numerics;

namespace Peak.Clusters.NodeSets.Folding;

/// <summary>Sorts vectors of small numbers as one number each.</summary>
internal static class VectorSorter
{
    /// <summary>Sorts vectors in place, lexicographically, and drops repetitions.</summary>
    /// <param name="vectors">The vectors, one after the other.</param>
    /// <param name="limits">For each axis, the number above the largest on it.</param>
    /// <param name="count">The number of vectors.</param>
    /// <returns>The number of distinct vectors.</returns>
    public static int SortDistinct(Span<int> vectors, ReadOnlySpan<int> limits, int count)
    {
        // A number has room for some axes. When it is full, its rank among all takes its place, which always leaves
        // room for one more: two ranks fit.
        var stages = new List<(int FirstAxis, ulong[]? Heads)> { (0, null) };
        var keys = new ulong[count];
        int bits = 0, dimensions = limits.Length;
        for (int axis = 0; axis < dimensions; axis++)
        {
            int width = BitsFor(limits[axis]);
            if (bits + width > 64)
            {
                ulong[] heads = [.. keys];
                heads = heads[..SortDistinct(heads, bits)];
                for (int i = 0; i < count; i++) keys[i] = (ulong)Array.BinarySearch(heads, keys[i]);
                stages.Add((axis, heads));
                bits = BitsFor(heads.Length);
            }

            if (width > 0)
                for (int i = 0; i < count; i++) keys[i] = keys[i] << width | (uint)vectors[i * dimensions + axis];
            bits += width;
        }

        count = SortDistinct(keys, bits);
        for (int i = 0; i < count; i++)
        {
            ulong key = keys[i];
            int axis = dimensions - 1;
            for (int stage = stages.Count - 1; stage >= 0; stage--)
            {
                for (; axis >= stages[stage].FirstAxis; axis--)
                {
                    int width = BitsFor(limits[axis]);
                    vectors[i * dimensions + axis] = (int)(key & ((1UL << width) - 1));
                    key >>= width;
                }

                if (stages[stage].Heads is { } heads) key = heads[key];
            }
        }

        return count;
    }

    private static int BitsFor(int limit) => 32 - BitOperations.LeadingZeroCount((uint)Math.Max(limit - 1, 0));

    private static int SortDistinct(ulong[] keys, int bits)
    {
        Sort(keys, bits);
        int count = 0;
        foreach (ulong key in keys)
            if (count == 0 || keys[count - 1] != key) keys[count++] = key;
        return count;
    }

    /// <summary>Sorts numbers of so many bits: by digits of 11 bits, the last one first, where there are many.</summary>
    private static void Sort(ulong[] keys, int bits)
    {
        const int digitBits = 11;
        if (keys.Length < 1 << digitBits)
        {
            Array.Sort(keys);
            return;
        }

        var from = keys;
        var to = new ulong[keys.Length];
        var starts = new int[1 << digitBits];
        for (int shift = 0; shift < bits; shift += digitBits)
        {
            Array.Clear(starts);
            foreach (ulong key in from) starts[(key >> shift) & ((1 << digitBits) - 1)]++;
            int start = 0;
            for (int i = 0; i < starts.Length; i++) (starts[i], start) = (start, start + starts[i]);
            foreach (ulong key in from) to[starts[(key >> shift) & ((1 << digitBits) - 1)]++] = key;
            (from, to) = (to, from);
        }

        if (from != keys) from.CopyTo(keys, 0);
    }
}
