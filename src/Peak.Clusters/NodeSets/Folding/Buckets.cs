using System.Numerics;

namespace Peak.Clusters.NodeSets.Folding;

/// <summary>Positions by key; asks for the next position of a key after another, skipping those that are gone.</summary>
internal readonly struct Buckets
{
    private readonly ulong[] _keys;
    private readonly int[] _positions;

    public Buckets(ulong[] keys)
    {
        _positions = new int[keys.Length];
        for (int i = 0; i < _positions.Length; i++) _positions[i] = i;
        _keys = keys;
        Array.Sort(_keys, _positions);
        // The sort isn't stable.
        for (int start = 0; start < _keys.Length;)
        {
            int end = start + 1;
            while (end < _keys.Length && _keys[end] == _keys[start]) end++;
            if (end - start > 1) Array.Sort(_positions, start, end - start);
            start = end;
        }
    }

    /// <summary>Whether two positions have the same key, found without sorting all of them.</summary>
    public static bool AnyShared(ReadOnlySpan<ulong> keys)
    {
        // A small table of what has been seen once and twice leaves few that may be shared.
        ulong mask = BitOperations.RoundUpToPowerOf2((uint)keys.Length * 8) - 1;
        var once = new ulong[(mask >> 6) + 1];
        var twice = new ulong[(mask >> 6) + 1];
        foreach (ulong key in keys)
        {
            ulong bit = (key >> 32) & mask, word = 1UL << (int)(bit & 63);
            twice[bit >> 6] |= once[bit >> 6] & word;
            once[bit >> 6] |= word;
        }

        var suspects = new HashSet<ulong>();
        foreach (ulong key in keys)
        {
            ulong bit = (key >> 32) & mask;
            if ((twice[bit >> 6] & 1UL << (int)(bit & 63)) != 0 && !suspects.Add(key)) return true;
        }

        return false;
    }

    /// <summary>The first position after <paramref name="after"/> with a key; <see cref="int.MaxValue"/> if there is none.</summary>
    public int Next(ulong key, int after, bool[] gone)
    {
        int low = 0, high = _keys.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_keys[middle] < key || (_keys[middle] == key && _positions[middle] <= after)) low = middle + 1;
            else high = middle;
        }

        for (; low < _keys.Length && _keys[low] == key; low++)
            if (!gone[_positions[low]]) return _positions[low];
        return int.MaxValue;
    }
}
