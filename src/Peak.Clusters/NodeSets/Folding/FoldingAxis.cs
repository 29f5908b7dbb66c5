using System.Runtime.InteropServices;
using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets.Folding;

/// <summary>
/// One axis of a set that is being folded. Its indexes are atoms, numbered in order: single indexes, or stretches that
/// no product cuts. A set of atoms has a number too; equal sets have equal numbers. Number i below the number of atoms
/// is the set of atom i alone.
/// </summary>
internal sealed class FoldingAxis
{
    private readonly Interval[] _atoms;
    private long[] _sizesBefore;
    private ulong[] _hashesBefore;
    private int[] _firstRanks;
    private int[] _lastRanks;
    private int[] _atomsByText;
    private readonly List<AtomSet> _sets = [];
    private readonly Dictionary<ulong, int> _setsByHash = [];

    /// <summary>Makes an axis of single indexes.</summary>
    /// <param name="codes">The indexes, sorted, each once.</param>
    public FoldingAxis(ReadOnlySpan<long> codes)
        : this(ToIntervals(codes), true)
    {
    }

    /// <summary>Makes an axis of stretches.</summary>
    /// <param name="cells">The stretches, sorted and disjoint.</param>
    public FoldingAxis(Interval[] cells)
        : this(cells, false)
    {
    }

    private FoldingAxis(Interval[] atoms, bool single)
    {
        _atoms = atoms;
        _sizesBefore = new long[atoms.Length + 1];
        _hashesBefore = new ulong[atoms.Length + 1];
        for (int i = 0; i < atoms.Length; i++)
        {
            _sizesBefore[i + 1] = _sizesBefore[i] + atoms[i].Count;
            _hashesBefore[i + 1] = _hashesBefore[i] + Mix((ulong)i + 1);
        }

        (_firstRanks, _atomsByText) = RankAsText(atoms, static a => a.First);
        _lastRanks = single ? _firstRanks : RankAsText(atoms, static a => a.Last).Ranks;
    }

    public int AtomCount => _atoms.Length;

    /// <summary>The place of an atom when all are sorted as texts.</summary>
    public int TextRankOf(int atom) => _firstRanks[atom];

    /// <summary>The atom at a place in the order of texts.</summary>
    public int AtomAt(int textRank) => _atomsByText[textRank];

    public long SizeOf(int set) => set < _atoms.Length ? _atoms[set].Count : _sets[set - _atoms.Length].Size;

    /// <summary>A number that depends on the set's atoms only: the sum of theirs.</summary>
    public ulong HashOf(int set) => set < _atoms.Length ? Hash(set, set) : _sets[set - _atoms.Length].Hash;

    /// <summary>The order of sets in a folded text: larger ones first, then by first and last index as texts.</summary>
    public int Compare(int a, int b)
    {
        if (a == b) return 0;
        int order = SizeOf(b).CompareTo(SizeOf(a));
        if (order == 0) order = _firstRanks[First(a)].CompareTo(_firstRanks[First(b)]);
        return order != 0 ? order : _lastRanks[Last(a)].CompareTo(_lastRanks[Last(b)]);
    }

    /// <summary>Adds the atoms of a set to a list of intervals of atoms.</summary>
    public void AddTo(List<Interval> atoms, int set)
    {
        if (set < _atoms.Length) atoms.Add(new Interval(set, set));
        else atoms.AddRange(_sets[set - _atoms.Length].Atoms);
    }

    /// <summary>The number of the set of these atoms.</summary>
    public int IdOf(Interval[] atoms)
    {
        if (atoms.Length == 1 && atoms[0].First == atoms[0].Last) return (int)atoms[0].First;
        ulong hash = 0;
        long size = 0;
        foreach (var (first, last) in atoms)
        {
            hash += Hash((int)first, (int)last);
            size += _sizesBefore[last + 1] - _sizesBefore[first];
        }

        ulong key = hash;
        while (true)
        {
            ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(_setsByHash, key, out bool exists);
            if (!exists)
            {
                _sets.Add(new AtomSet(atoms, size, hash));
                return id = _atoms.Length + _sets.Count - 1;
            }

            if (_sets[id - _atoms.Length].Atoms.AsSpan().SequenceEqual(atoms)) return id;
            key = Mix(key);
        }
    }

    /// <summary>The number of the set of these indexes; they are whole atoms.</summary>
    public int IdOf(RangeSet indexes)
    {
        var atoms = new List<Interval>();
        foreach (var interval in indexes.Spans) atoms.Add(new Interval(Find(interval.First), Find(interval.Last)));
        return IdOf(Intervals.Normalize(atoms));
    }

    /// <summary>The indexes of a set.</summary>
    public RangeSet ToRangeSet(int set)
    {
        if (set < _atoms.Length) return new RangeSet([_atoms[set]]);
        var atoms = _sets[set - _atoms.Length];
        if (atoms.Indexes is null)
        {
            var indexes = new List<Interval>();
            foreach (var (first, last) in atoms.Atoms)
                for (long atom = first; atom <= last; atom++) indexes.Add(_atoms[atom]);
            atoms.Indexes = new RangeSet(Intervals.Normalize(indexes));
        }

        return atoms.Indexes;
    }

    /// <summary>Forgets what only merging needs.</summary>
    public void Close()
    {
        _sizesBefore = [];
        _hashesBefore = [];
        _firstRanks = _lastRanks = _atomsByText = [];
        _setsByHash.Clear();
        _setsByHash.TrimExcess();
    }

    /// <summary>The stretches of an axis that no set begins or ends within.</summary>
    public static Interval[] CellsOf(IEnumerable<RangeSet> sets)
    {
        var cuts = new List<long>();
        var intervals = new List<Interval>();
        foreach (var set in sets)
        {
            foreach (var interval in set.Spans)
            {
                cuts.Add(interval.First);
                cuts.Add(interval.Last + 1);
                intervals.Add(interval);
            }
        }

        cuts.Sort();
        var cells = new List<Interval>();
        int at = 0;
        foreach (var interval in Intervals.Normalize(intervals))
        {
            long first = interval.First;
            for (; at < cuts.Count && cuts[at] <= interval.Last + 1; at++)
            {
                if (cuts[at] <= first) continue;
                cells.Add(new Interval(first, cuts[at] - 1));
                first = cuts[at];
            }
        }

        return [.. cells];
    }

    private int First(int set) => set < _atoms.Length ? set : (int)_sets[set - _atoms.Length].Atoms[0].First;

    private int Last(int set) => set < _atoms.Length ? set : (int)_sets[set - _atoms.Length].Atoms[^1].Last;

    private int Find(long code) => Intervals.Find(_atoms, code);

    private ulong Hash(int first, int last) => _hashesBefore[last + 1] - _hashesBefore[first];

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    private static Interval[] ToIntervals(ReadOnlySpan<long> codes)
    {
        var intervals = new Interval[codes.Length];
        for (int i = 0; i < codes.Length; i++) intervals[i] = new Interval(codes[i], codes[i]);
        return intervals;
    }

    /// <summary>The places of atoms in the order of texts, and the atoms in this order.</summary>
    private static (int[] Ranks, int[] Order) RankAsText(Interval[] atoms, Func<Interval, long> code)
    {
        var order = new int[atoms.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        // Indexes of one length, and negative ones the other way round, are in the order of their texts already.
        int sorted = Array.FindIndex(atoms, a => code(a) >= 0);
        if (sorted < 0) sorted = atoms.Length;
        if (sorted > 0)
            Array.Sort(order, 0, sorted,
                Comparer<int>.Create((a, b) => IndexCode.TextKey(code(atoms[a])).CompareTo(IndexCode.TextKey(code(atoms[b])))));
        int first = sorted;
        while (sorted < order.Length)
        {
            int end = sorted + 1;
            long last = IndexCode.LastOf(IndexCode.DigitsOf(code(atoms[sorted])));
            while (end < order.Length && code(atoms[end]) <= last) end++;
            MergeByText(order, first, sorted, end, atom => IndexCode.TextKey(code(atoms[atom])));
            sorted = end;
        }

        var ranks = new int[atoms.Length];
        for (int i = 0; i < order.Length; i++) ranks[order[i]] = i;
        return (ranks, order);
    }

    /// <summary>Merges two sorted stretches.</summary>
    private static void MergeByText(int[] order, int first, int middle, int end, Func<int, UInt128> key)
    {
        if (first == middle) return;
        int[] left = order[first..middle];
        int i = 0, j = middle, to = first;
        var leftKey = key(left[0]);
        var rightKey = key(order[j]);
        while (i < left.Length && j < end)
        {
            if (leftKey <= rightKey)
            {
                order[to++] = left[i++];
                if (i < left.Length) leftKey = key(left[i]);
            }
            else
            {
                order[to++] = order[j++];
                if (j < end) rightKey = key(order[j]);
            }
        }

        while (i < left.Length) order[to++] = left[i++];
    }

    private sealed class AtomSet(Interval[] atoms, long size, ulong hash)
    {
        public Interval[] Atoms => atoms;

        public long Size => size;

        public ulong Hash => hash;

        public RangeSet? Indexes { get; set; }
    }
}

/// <summary>A product to which others are added along one axis, without making a set at each step.</summary>
internal sealed class GrowingProduct(FoldingAxis[] axes)
{
    private readonly List<Interval> _added = [];
    private int _axis = -1;
    private long _size;
    private ulong _hash;

    public ulong HashOf(ReadOnlySpan<int> current, int axis) => axis == _axis ? _hash : axes[axis].HashOf(current[axis]);

    /// <summary>
    /// Merges <paramref name="other"/> into <paramref name="current"/> if they differ along one axis only; products are
    /// disjoint.
    /// </summary>
    public bool TryMerge(Span<int> current, ReadOnlySpan<int> other)
    {
        int differing = -1;
        for (int axis = 0; axis < axes.Length; axis++)
        {
            if (Same(current, other, axis)) continue;
            if (differing >= 0) return false;
            differing = axis;
        }

        if (differing < 0) return true;
        Add(current, other, differing);
        return true;
    }

    /// <summary>Whether <paramref name="other"/> agrees along all axes but one.</summary>
    public bool Fits(Span<int> current, ReadOnlySpan<int> other, int except)
    {
        for (int axis = 0; axis < axes.Length; axis++)
            if (axis != except && !Same(current, other, axis)) return false;
        return true;
    }

    /// <summary>Makes the set that has grown; must be called before <paramref name="current"/> is used or left.</summary>
    public void Close(Span<int> current)
    {
        if (_axis < 0) return;
        current[_axis] = axes[_axis].IdOf(Intervals.Normalize(_added));
        _axis = -1;
    }

    private void Add(Span<int> current, ReadOnlySpan<int> other, int axis)
    {
        if (axis != _axis)
        {
            Close(current);
            _added.Clear();
            _axis = axis;
            axes[axis].AddTo(_added, current[axis]);
            _size = axes[axis].SizeOf(current[axis]);
            _hash = axes[axis].HashOf(current[axis]);
        }

        axes[axis].AddTo(_added, other[axis]);
        _size += axes[axis].SizeOf(other[axis]);
        _hash += axes[axis].HashOf(other[axis]);
    }

    private bool Same(Span<int> current, ReadOnlySpan<int> other, int axis)
    {
        if (axis != _axis) return current[axis] == other[axis];
        if (_hash != axes[axis].HashOf(other[axis]) || _size != axes[axis].SizeOf(other[axis])) return false;
        Close(current);
        return current[axis] == other[axis];
    }
}
