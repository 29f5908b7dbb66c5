using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets;

/// <summary>
/// A set of names in ClusterShell's notation: <c>web[1-20],db[01-04]-ib,rack[1-2]node[1-9]</c>. Immutable; safe for
/// any number of threads.
/// </summary>
/// <remarks>
/// <para>Each run of up to 18 digits in a name is an index; names are never altered: <c>n1</c>, <c>n01</c> and
/// <c>n001</c> are three. Names that differ in their indexes only are kept together, as ranges or products of ranges:
/// <c>rack[1-1000]node[1-1000]</c> takes a few hundred bytes.</para>
/// <para>Order: by the text around the indexes (byte for byte, an index counting as <c>%s</c>). Within, names with one
/// index are ordered as <see cref="RangeSet"/> orders it; those with more as the folded text lists them, the last
/// index running fastest.</para>
/// <para>Equality: two sets are equal when they have the same names.</para>
/// <para>Complexity: with n ranges in both sets, operators take O(n) for names with one index. Names with more indexes
/// take O(a·b) for a and b products of ranges, and folding m single names of them O(m log m).</para>
/// </remarks>
public sealed partial class NodeSet :
    IReadOnlyCollection<string>, IEquatable<NodeSet>, ISpanFormattable, ISpanParsable<NodeSet>,
    IEqualityOperators<NodeSet, NodeSet, bool>
{
    private readonly NodeSetEntry[] _entries;
    private StrongBox<Int128>? _count;
    private Known _negatives;

    /// <param name="entries">Sorted by pattern, each once.</param>
    internal NodeSet(NodeSetEntry[] entries) => _entries = entries;

    /// <summary>The set without a name.</summary>
    public static NodeSet Empty { get; } = new([]);

    /// <summary>Whether there is no name.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <summary>The number of names.</summary>
    /// <exception cref="OverflowException">There are more than 2,147,483,647; see <see cref="LongCount"/>.</exception>
    public int Count => checked((int)LongCount);

    /// <summary>The number of names, of any size of set.</summary>
    /// <exception cref="OverflowException">There are more than 1.7e38.</exception>
    public Int128 LongCount
    {
        get
        {
            if (_count is null)
            {
                Int128 count = 0;
                foreach (var entry in _entries) count = VectorSet.Add(count, entry.Count);
                _count = new StrongBox<Int128>(count);
            }

            return _count.Value < Int128.MaxValue ? _count.Value : throw new OverflowException("The set has more than 1.7e38 names.");
        }
    }

    /// <summary>The name at a place.</summary>
    /// <param name="place">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public string this[Int128 place]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(place);
            foreach (var entry in _entries)
            {
                if (place >= entry.Count)
                {
                    place -= entry.Count;
                    continue;
                }

                var text = new Utf8Text();
                try
                {
                    entry.AppendName(ref text, place);
                    return text.ToString();
                }
                finally
                {
                    text.Dispose();
                }
            }

            throw new ArgumentOutOfRangeException(nameof(place), "The set has fewer names.");
        }
    }

    /// <summary>Makes the set of given names, taken as they are: nothing in them is notation.</summary>
    /// <param name="names">The names; they may repeat.</param>
    public static NodeSet Of(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var builder = new NodeSetBuilder();
        foreach (string name in names) builder.Add(name);
        return builder.Build();
    }

    /// <summary>Whether the set has a name.</summary>
    /// <param name="name">The exact name.</param>
    public bool Contains(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Contains(ByteText.GetBytes(name));
    }

    /// <summary>Whether the set has a name.</summary>
    /// <param name="utf8Name">The exact name in UTF-8.</param>
    public bool Contains(ReadOnlySpan<byte> utf8Name)
    {
        Span<byte> key = utf8Name.Length <= 128
            ? stackalloc byte[NodePattern.KeyRoomFor(128)] : new byte[NodePattern.KeyRoomFor(utf8Name.Length)];
        Span<long> codes = stackalloc long[NodePattern.MaxDimensions];
        var (length, dimensions) = NodePattern.Split(utf8Name, key, codes);
        if (HasNegatives && utf8Name.Contains((byte)'-'))
        {
            var name = new NodeSetBuilder();
            name.Add(utf8Name);
            return name.Build().IsSubsetOf(this);
        }

        int at = Find(key[..length]);
        return at >= 0 && _entries[at].Indexes switch
        {
            null => true,
            RangeSet set => set.ContainsCode(codes[0]),
            var vectors => ((VectorSet)vectors).Contains(codes[..dimensions]),
        };
    }

    /// <summary>The names one by one, in order, made as they are asked for.</summary>
    public IEnumerator<string> GetEnumerator()
    {
        foreach (var entry in _entries)
            foreach (string name in Names(entry)) yield return name;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether the other set has the same names.</summary>
    /// <param name="other">The other set.</param>
    public bool Equals([NotNullWhen(true)] NodeSet? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null) return false;
        if (!HasNegatives && !other.HasNegatives)
        {
            if (other._entries.Length != _entries.Length) return false;
            for (int i = 0; i < _entries.Length; i++)
                if (_entries[i].Pattern.CompareTo(other._entries[i].Pattern) != 0) return false;
        }

        return other.LongCount == LongCount && IsSubsetOf(other);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NodeSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var entry in HasNegatives ? NegativeIndexes.WithHyphens(this)._entries : _entries)
        {
            hash.AddBytes(entry.Pattern.Key);
            hash.Add(entry.Count);
        }

        return hash.ToHashCode();
    }

    /// <summary>Whether the sets have the same names.</summary>
    public static bool operator ==(NodeSet? left, NodeSet? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether one set has a name that the other has not.</summary>
    public static bool operator !=(NodeSet? left, NodeSet? right) => !(left == right);

    internal ReadOnlySpan<NodeSetEntry> Entries => _entries;

    private bool HasNegatives
    {
        get
        {
            if (_negatives == Known.NotYet) _negatives = NegativeIndexes.Any(_entries) ? Known.Yes : Known.No;
            return _negatives == Known.Yes;
        }
    }

    private int Find(ReadOnlySpan<byte> key)
    {
        int low = 0, high = _entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = _entries[middle].Pattern.Key.SequenceCompareTo(key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    private static IEnumerable<string> Names(NodeSetEntry entry)
    {
        var vector = new long[entry.Pattern.Dimensions];
        foreach (var product in entry.Products())
            foreach (string name in Names(entry, product, 0, vector)) yield return name;
    }

    private static IEnumerable<string> Names(NodeSetEntry entry, RangeSet[] product, int axis, long[] vector)
    {
        if (axis == product.Length)
        {
            yield return NameOf(entry, vector);
            yield break;
        }

        foreach (long code in product[axis].Codes())
        {
            vector[axis] = code;
            if (axis + 1 == product.Length)
                yield return NameOf(entry, vector);
            else
                foreach (string name in Names(entry, product, axis + 1, vector)) yield return name;
        }
    }

    private static string NameOf(NodeSetEntry entry, ReadOnlySpan<long> vector)
    {
        var text = new Utf8Text();
        try
        {
            entry.AppendName(ref text, vector);
            return text.ToString();
        }
        finally
        {
            text.Dispose();
        }
    }

    private enum Known : byte
    {
        NotYet,
        No,
        Yes,
    }
}
