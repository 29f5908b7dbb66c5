using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets;

public sealed partial class NodeSet
{
    /// <summary>The names that are in either set.</summary>
    /// <param name="other">The other set.</param>
    public NodeSet Union(NodeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.IsEmpty || ReferenceEquals(this, other)) return this;
        if (IsEmpty) return other;
        var result = new List<NodeSetEntry>(_entries.Length + other._entries.Length);
        foreach (var (left, right) in Pair(other))
            result.Add(left is null ? right!.Value : right is null ? left.Value
                : left.Value with { Indexes = NodeSetEntry.Union(left.Value.Indexes, right.Value.Indexes) });
        return new NodeSet([.. result]);
    }

    /// <summary>The names of this set that are not in the other.</summary>
    /// <param name="other">The other set.</param>
    public NodeSet Except(NodeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.IsEmpty || IsEmpty) return this;
        var result = new List<NodeSetEntry>(_entries.Length);
        foreach (var (left, right) in Pair(other))
        {
            if (left is not { } entry) continue;
            if (right is null) result.Add(entry);
            else if (NodeSetEntry.TryExcept(entry.Indexes, right.Value.Indexes, out object? rest))
                result.Add(entry with { Indexes = rest });
        }

        return new NodeSet([.. result]);
    }

    /// <summary>The names that are in both sets.</summary>
    /// <param name="other">The other set.</param>
    public NodeSet Intersect(NodeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other)) return this;
        var result = new List<NodeSetEntry>();
        foreach (var (left, right) in Pair(other))
            if (left is { } entry && right is not null && NodeSetEntry.TryIntersect(entry.Indexes, right.Value.Indexes, out object? common))
                result.Add(entry with { Indexes = common });
        return new NodeSet([.. result]);
    }

    /// <summary>The names that are in exactly one of the sets.</summary>
    /// <param name="other">The other set.</param>
    public NodeSet SymmetricExcept(NodeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Except(other).Union(other.Except(this));
    }

    /// <summary>Whether all names are in the other set too.</summary>
    /// <param name="other">The other set.</param>
    public bool IsSubsetOf(NodeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (left, right) in Pair(other))
        {
            if (left is not { } entry) continue;
            if (right is null || NodeSetEntry.TryExcept(entry.Indexes, right.Value.Indexes, out _)) return false;
        }

        return true;
    }

    /// <summary>Whether all names of the other set are in this one too.</summary>
    /// <param name="other">The other set.</param>
    public bool IsSupersetOf(NodeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.IsSubsetOf(this);
    }

    /// <summary>Whether the sets have a name in common.</summary>
    /// <param name="other">The other set.</param>
    public bool Overlaps(NodeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (left, right) in Pair(other))
            if (left is not null && right is not null && NodeSetEntry.Overlap(left.Value.Indexes, right.Value.Indexes)) return true;
        return false;
    }

    /// <summary>The names at consecutive places; fewer where the set ends.</summary>
    /// <param name="start">The first place, from 0.</param>
    /// <param name="count">The number of places.</param>
    public NodeSet Slice(Int128 start, Int128 count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Int128 end = Int128.Min(LongCount, VectorSet.Add(start, count)), at = 0;
        var result = new List<NodeSetEntry>();
        foreach (var entry in _entries)
        {
            if (at >= end) break;
            Int128 from = Int128.Max(start - at, 0), to = Int128.Min(end - at, entry.Count);
            if (from < to) result.Add(to - from == entry.Count ? entry : entry.Slice(from, to));
            at += entry.Count;
        }

        return new NodeSet([.. result]);
    }

    /// <summary>The names at given places; places after the last are ignored.</summary>
    /// <param name="places">Places from 0, as numbers: padding is of no importance, negative ones are ignored.</param>
    public NodeSet Slice(RangeSet places)
    {
        ArgumentNullException.ThrowIfNull(places);
        var builder = new NodeSetBuilder();
        foreach (var (first, last) in places.Places())
        {
            if (first >= LongCount) break;
            builder.Add(Slice(first, (Int128)last - first + 1));
        }

        return builder.Build();
    }

    /// <summary>
    /// Splits the set into consecutive parts whose sizes differ by at most one, larger ones first; never an empty one.
    /// </summary>
    /// <param name="parts">The number of parts, at least 1; a smaller set has fewer.</param>
    public IEnumerable<NodeSet> Split(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        var (size, larger) = Int128.DivRem(LongCount, parts);
        Int128 start = 0;
        for (int i = 0; i < parts && start < LongCount; i++)
        {
            Int128 length = size + (i < larger ? 1 : 0);
            yield return Slice(start, length);
            start += length;
        }
    }

    /// <summary>The parts whose indexes are contiguous ranges, in order: <c>n[1-3]</c>, <c>n5</c>.</summary>
    public IEnumerable<NodeSet> Contiguous()
    {
        foreach (var entry in _entries)
        {
            var parts = entry.Indexes switch
            {
                null => [null],
                RangeSet set => set.Contiguous(),
                var vectors => ((VectorSet)vectors).Contiguous().Select(object? (p) => new VectorSet([p])),
            };
            foreach (object? part in parts) yield return new NodeSet([entry with { Indexes = part }]);
        }
    }

    /// <summary>Draws names without replacement; each set of them is equally likely.</summary>
    /// <param name="count">How many; a set with no more is returned as it is.</param>
    /// <param name="random">Where chance comes from, for repeatable draws one with a seed; <see cref="Random.Shared"/> if null.</param>
    /// <exception cref="OverflowException">The set has more than 9.2e18 names.</exception>
    public NodeSet Pick(int count, Random? random = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count >= LongCount) return this;
        var builder = new NodeSetBuilder();
        foreach (long place in Sampling.Places(count, checked((long)LongCount), random ?? Random.Shared)) builder.Add(Slice(place, 1));
        return builder.Build();
    }

    /// <summary>The union of both sets.</summary>
    public static NodeSet operator |(NodeSet left, NodeSet right) => (left ?? throw new ArgumentNullException(nameof(left))).Union(right);

    /// <summary>The intersection of both sets.</summary>
    public static NodeSet operator &(NodeSet left, NodeSet right) =>
        (left ?? throw new ArgumentNullException(nameof(left))).Intersect(right);

    /// <summary>The left set without the names of the right one.</summary>
    public static NodeSet operator -(NodeSet left, NodeSet right) => (left ?? throw new ArgumentNullException(nameof(left))).Except(right);

    /// <summary>The names that are in exactly one of the sets.</summary>
    public static NodeSet operator ^(NodeSet left, NodeSet right) =>
        (left ?? throw new ArgumentNullException(nameof(left))).SymmetricExcept(right);

    /// <summary>The entries of both sets in order, side by side where the pattern is the same.</summary>
    private IEnumerable<(NodeSetEntry? Left, NodeSetEntry? Right)> Pair(NodeSet other)
    {
        if (HasNegatives || other.HasNegatives) other = NegativeIndexes.Align(other, this);
        int i = 0, j = 0;
        while (i < _entries.Length || j < other._entries.Length)
        {
            int order = i == _entries.Length
                ? 1 : j == other._entries.Length ? -1 : _entries[i].Pattern.CompareTo(other._entries[j].Pattern);
            yield return (order <= 0 ? _entries[i++] : null, order >= 0 ? other._entries[j++] : null);
        }
    }
}
