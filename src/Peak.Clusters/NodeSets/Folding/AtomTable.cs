namespace Peak.Clusters.NodeSets.Folding;

/// <summary>The distinct codes of a list, sorted, and the way from a code to its place.</summary>
internal readonly struct AtomTable
{
    private readonly long _first;
    private readonly int[]? _places;

    public AtomTable(ReadOnlySpan<long> codes)
    {
        long first = long.MaxValue, last = long.MinValue;
        foreach (long code in codes)
        {
            first = Math.Min(first, code);
            last = Math.Max(last, code);
        }

        _first = first;
        if (last - first <= codes.Length * 4L + 1024)
        {
            _places = new int[last - first + 1];
            foreach (long code in codes) _places[code - first] = 1;
            int count = 0;
            foreach (int used in _places) count += used;
            Codes = new long[count];
            count = 0;
            for (int i = 0; i < _places.Length; i++)
            {
                if (_places[i] == 0) continue;
                Codes[count] = first + i;
                _places[i] = count++;
            }
        }
        else
        {
            long[] sorted = codes.ToArray();
            Array.Sort(sorted);
            int count = 0;
            foreach (long code in sorted)
                if (count == 0 || sorted[count - 1] != code) sorted[count++] = code;
            Codes = sorted[..count];
        }
    }

    public long[] Codes { get; }

    public int Find(long code) => _places is not null ? _places[code - _first] : Array.BinarySearch(Codes, code);
}
