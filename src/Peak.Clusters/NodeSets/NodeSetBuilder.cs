using Peak.Clusters.NodeSets.Entries;
using Peak.Clusters.NodeSets.Folding;

namespace Peak.Clusters.NodeSets;

/// <summary>Collects names and sets into one <see cref="NodeSet"/>, in no time to speak of. Not safe for several threads.</summary>
/// <remarks>
/// Names are taken as they are: nothing in them is notation. A name costs no object, only its indexes are kept: 8
/// bytes for each of them.
/// </remarks>
public sealed class NodeSetBuilder
{
    private readonly Dictionary<byte[], Accumulator>.AlternateLookup<ReadOnlySpan<byte>> _accumulators =
        new Dictionary<byte[], Accumulator>(PatternKeyComparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();
    private byte[] _key = new byte[256];
    private long[] _codes = new long[128];
    private Accumulator? _last;

    /// <summary>Adds a name.</summary>
    /// <param name="utf8Name">The exact name in UTF-8; the empty one is ignored.</param>
    public void Add(ReadOnlySpan<byte> utf8Name)
    {
        if (utf8Name.IsEmpty) return;
        if (utf8Name.Length > _codes.Length)
        {
            _key = new byte[NodePattern.KeyRoomFor(utf8Name.Length * 2)];
            _codes = new long[utf8Name.Length * 2];
        }

        var (length, dimensions) = NodePattern.Split(utf8Name, _key, _codes);
        AccumulatorFor(_key.AsSpan(0, length)).AddVector(_codes.AsSpan(0, dimensions));
    }

    /// <summary>Adds a name.</summary>
    /// <param name="name">The exact name; the empty one is ignored.</param>
    public void Add(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Span<byte> utf8 = name.Length <= 128 ? stackalloc byte[384] : new byte[name.Length * 3];
        Add(utf8[..ByteText.GetBytes(name, utf8)]);
    }

    /// <summary>Adds all names of a set.</summary>
    /// <param name="set">The set.</param>
    public void Add(NodeSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        foreach (var entry in set.Entries) AccumulatorFor(entry.Pattern.Key).AddIndexes(entry.Indexes);
    }

    /// <summary>Makes the set of all names added so far. More may be added, and another set made.</summary>
    public NodeSet Build()
    {
        var all = BuildAsIs();
        if (!NegativeIndexes.Any(all.Entries)) return all;
        var set = NodeSet.Empty;
        foreach (var entry in all.Entries) set = set.Union(new NodeSet([entry]));
        return set;
    }

    /// <summary>Makes the set, in which a name may be twice: with a negative index and with a hyphen.</summary>
    internal NodeSet BuildAsIs()
    {
        NodeSetEntry[] entries = [.. _accumulators.Dictionary.Values.Select(a => new NodeSetEntry(new NodePattern(a.Key), a.Build()))];
        Array.Sort(entries, static (a, b) => a.Pattern.CompareTo(b.Pattern));
        return new NodeSet(entries);
    }

    internal void Add(ReadOnlySpan<byte> key, RangeSet[] product) => AccumulatorFor(key).AddProduct(product);

    private Accumulator AccumulatorFor(ReadOnlySpan<byte> key)
    {
        if (_last is not null && key.SequenceEqual(_last.Key)) return _last;
        if (!_accumulators.TryGetValue(key, out _last)) _accumulators[key] = _last = new Accumulator(key.ToArray());
        return _last;
    }

    private sealed class Accumulator(byte[] key)
    {
        private readonly List<Interval> _intervals = [];
        private readonly List<RangeSet[]> _products = [];
        private long[] _codes = [];
        private int _length;
        private int _dimensions;

        public byte[] Key => key;

        public void AddVector(ReadOnlySpan<long> vector)
        {
            if (vector.IsEmpty) return;
            _dimensions = vector.Length;
            if (_length + vector.Length > _codes.Length) Array.Resize(ref _codes, Math.Max(8 * vector.Length, _codes.Length * 2));
            vector.CopyTo(_codes.AsSpan(_length));
            _length += vector.Length;
        }

        public void AddProduct(RangeSet[] product)
        {
            _dimensions = product.Length;
            if (product.Length == 1) _intervals.AddRange(product[0].Spans);
            else if (product.Length > 1) _products.Add(product);
        }

        public void AddIndexes(object? indexes)
        {
            if (indexes is RangeSet set) AddProduct([set]);
            else if (indexes is VectorSet vectors)
                foreach (var product in vectors.Raw) AddProduct(product);
        }

        public object? Build()
        {
            switch (_dimensions)
            {
                case 0:
                    return null;
                case 1:
                    var singles = new RangeSet(Intervals.FromSorted(new AtomTable(_codes.AsSpan(0, _length)).Codes));
                    return _intervals.Count == 0 ? singles : singles.Union(new RangeSet(Intervals.Normalize([.. _intervals])));
                default:
                    if (_length == 0) return new VectorSet([.. _products]);
                    var folded = VectorFolder.Fold(_codes.AsSpan(0, _length), _dimensions);
                    return _products.Count == 0 ? new VectorSet(folded, folded: true) : new VectorSet([.. folded, .. _products]);
            }
        }
    }
}
