using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets;

/// <summary>
/// A set of indexes in the notation <c>1-5,7,10-20/2,008-012</c>. An index is a string of digits: <c>7</c>, <c>07</c>
/// and <c>007</c> are three. Negative numbers have no padding. Immutable; safe for any number of threads.
/// </summary>
/// <remarks>
/// <para>Order: negative numbers by value, then shorter indexes before longer ones, then by value.</para>
/// <para>Equality: two sets are equal when they have the same indexes.</para>
/// <para>The set is stored as intervals: <c>1-1000000000</c> takes a few of them. With n intervals, operators,
/// tests and text take O(n), whatever the number of indexes.</para>
/// </remarks>
public sealed partial class RangeSet :
    IReadOnlyCollection<string>, IEquatable<RangeSet>, ISpanFormattable, ISpanParsable<RangeSet>,
    IEqualityOperators<RangeSet, RangeSet, bool>
{
    private readonly Interval[] _intervals;

    internal RangeSet(Interval[] intervals) => _intervals = intervals;

    /// <summary>The set without an index.</summary>
    public static RangeSet Empty { get; } = new([]);

    /// <summary>Whether there is no index.</summary>
    public bool IsEmpty => _intervals.Length == 0;

    /// <summary>The number of indexes.</summary>
    /// <exception cref="OverflowException">There are more than 2,147,483,647; see <see cref="LongCount"/>.</exception>
    public int Count => checked((int)LongCount);

    /// <summary>The number of indexes, of any size of set.</summary>
    public long LongCount => field != 0 ? field : field = Intervals.Count(_intervals);

    /// <summary>The index at a place, in O(n).</summary>
    /// <param name="place">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public string this[long place] => IndexCode.ToText(CodeAt(place));

    /// <summary>Makes the set of the numbers from <paramref name="first"/> to <paramref name="last"/>.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="last">The last number, included; not less than <paramref name="first"/>.</param>
    /// <param name="digits">The length to which numbers are padded with zeros, up to 18; 0 for no padding.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="last"/> is less than <paramref name="first"/>, a number has more than 18 digits, or one is
    /// negative and padded.
    /// </exception>
    public static RangeSet Between(long first, long last, int digits = 0)
    {
        long limit = IndexCode.PowerOfTen(IndexCode.MaxDigits) - 1;
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, limit);
        ArgumentOutOfRangeException.ThrowIfLessThan(first, digits > 0 ? 0 : -limit);
        ArgumentOutOfRangeException.ThrowIfNegative(digits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, IndexCode.MaxDigits);
        var intervals = new List<Interval>();
        AddRange(intervals, first, last, digits);
        return new RangeSet(Intervals.Normalize(intervals));
    }

    /// <summary>The indexes that are in either set.</summary>
    /// <param name="other">The other set.</param>
    public RangeSet Union(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.IsEmpty || ReferenceEquals(this, other)) return this;
        return IsEmpty ? other : new RangeSet(Intervals.Union(_intervals, other._intervals));
    }

    /// <summary>The indexes of this set that are not in the other.</summary>
    /// <param name="other">The other set.</param>
    public RangeSet Except(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.IsEmpty || IsEmpty ? this : new RangeSet(Intervals.Except(_intervals, other._intervals));
    }

    /// <summary>The indexes that are in both sets.</summary>
    /// <param name="other">The other set.</param>
    public RangeSet Intersect(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(this, other) ? this : new RangeSet(Intervals.Intersect(_intervals, other._intervals));
    }

    /// <summary>The indexes that are in exactly one of the sets.</summary>
    /// <param name="other">The other set.</param>
    public RangeSet SymmetricExcept(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Except(other).Union(other.Except(this));
    }

    /// <summary>Whether the set has an index.</summary>
    /// <param name="index">The index exactly as it is written: <c>7</c> is not <c>07</c>.</param>
    public bool Contains(string index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return TryEncode(index, out long code) && Intervals.Find(_intervals, code) >= 0;
    }

    /// <summary>Whether all indexes are in the other set too.</summary>
    /// <param name="other">The other set.</param>
    public bool IsSubsetOf(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Intervals.IsSubset(_intervals, other._intervals);
    }

    /// <summary>Whether all indexes of the other set are in this one too.</summary>
    /// <param name="other">The other set.</param>
    public bool IsSupersetOf(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.IsSubsetOf(this);
    }

    /// <summary>Whether the sets have an index in common.</summary>
    /// <param name="other">The other set.</param>
    public bool Overlaps(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Intervals.Overlap(_intervals, other._intervals);
    }

    /// <summary>The indexes at consecutive places; fewer where the set ends.</summary>
    /// <param name="start">The first place, from 0.</param>
    /// <param name="count">The number of places.</param>
    public RangeSet Slice(long start, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new RangeSet(Intervals.Slice(_intervals, start, start > long.MaxValue - count ? long.MaxValue : start + count));
    }

    /// <summary>The indexes at given places; places after the last are ignored.</summary>
    /// <param name="places">Places from 0, as numbers: padding is of no importance, negative ones are ignored.</param>
    public RangeSet Slice(RangeSet places)
    {
        ArgumentNullException.ThrowIfNull(places);
        var result = new List<Interval>();
        foreach (var (first, last) in places.Places()) result.AddRange(Slice(first, last - first + 1)._intervals);
        return new RangeSet(Intervals.Normalize(result));
    }

    /// <summary>
    /// Splits the set into consecutive parts whose sizes differ by at most one, larger ones first; never an empty one.
    /// </summary>
    /// <param name="parts">The number of parts, at least 1; a smaller set has fewer.</param>
    public IEnumerable<RangeSet> Split(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        return Parts(parts, LongCount, Slice);
    }

    /// <summary>The contiguous ranges of the set, in order: each is written <c>a</c> or <c>a-b</c>.</summary>
    public IEnumerable<RangeSet> Contiguous()
    {
        foreach (var range in Ranges())
        {
            var intervals = new List<Interval>();
            AddRange(intervals, range.First, range.Last, range.Digits);
            yield return new RangeSet(Intervals.Normalize(intervals));
        }
    }

    /// <summary>Draws indexes without replacement; each set of them is equally likely.</summary>
    /// <param name="count">How many; a set with no more is returned as it is.</param>
    /// <param name="random">Where chance comes from; <see cref="Random.Shared"/> if null.</param>
    public RangeSet Pick(int count, Random? random = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count >= LongCount) return this;
        long[] codes = [.. Sampling.Places(count, LongCount, random ?? Random.Shared).Select(CodeAt)];
        Array.Sort(codes);
        return new RangeSet(Intervals.FromSorted(codes));
    }

    /// <summary>The indexes one by one, in order.</summary>
    public IEnumerator<string> GetEnumerator()
    {
        foreach (long code in Codes()) yield return IndexCode.ToText(code);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether the other set has the same indexes.</summary>
    /// <param name="other">The other set.</param>
    public bool Equals([NotNullWhen(true)] RangeSet? other) =>
        other is not null && (ReferenceEquals(this, other) || _intervals.AsSpan().SequenceEqual(other._intervals));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RangeSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var interval in _intervals) hash.Add(interval);
        return hash.ToHashCode();
    }

    /// <summary>Whether the sets have the same indexes.</summary>
    public static bool operator ==(RangeSet? left, RangeSet? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether one set has an index that the other has not.</summary>
    public static bool operator !=(RangeSet? left, RangeSet? right) => !(left == right);

    /// <summary>The union of both sets.</summary>
    public static RangeSet operator |(RangeSet left, RangeSet right) =>
        (left ?? throw new ArgumentNullException(nameof(left))).Union(right);

    /// <summary>The intersection of both sets.</summary>
    public static RangeSet operator &(RangeSet left, RangeSet right) =>
        (left ?? throw new ArgumentNullException(nameof(left))).Intersect(right);

    /// <summary>The left set without the indexes of the right one.</summary>
    public static RangeSet operator -(RangeSet left, RangeSet right) =>
        (left ?? throw new ArgumentNullException(nameof(left))).Except(right);

    /// <summary>The indexes that are in exactly one of the sets.</summary>
    public static RangeSet operator ^(RangeSet left, RangeSet right) =>
        (left ?? throw new ArgumentNullException(nameof(left))).SymmetricExcept(right);

    internal ReadOnlySpan<Interval> Spans => _intervals;

    internal static RangeSet Single(long code) => new([new Interval(code, code)]);

    internal bool ContainsCode(long code) => Intervals.Find(_intervals, code) >= 0;

    internal long CodeAt(long place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        foreach (var interval in _intervals)
        {
            if (place < interval.Count) return interval.First + place;
            place -= interval.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(place), "The set has fewer members.");
    }

    internal IEnumerable<long> Codes()
    {
        foreach (var interval in _intervals)
            for (long code = interval.First; code <= interval.Last; code++) yield return code;
    }

    /// <summary>The values of the indexes that are no less than 0, as sorted, disjoint stretches.</summary>
    internal Interval[] Places()
    {
        var values = new List<Interval>();
        foreach (var range in Ranges())
            if (range.Last >= 0) values.Add(new Interval(Math.Max(0, range.First), range.Last));
        return Intervals.Normalize(values);
    }

    internal static IEnumerable<T> Parts<T>(int parts, long count, Func<long, long, T> slice)
    {
        var (size, larger) = Math.DivRem(count, parts);
        for (long i = 0, start = 0; i < Math.Min(parts, count); i++)
        {
            long length = size + (i < larger ? 1 : 0);
            yield return slice(start, length);
            start += length;
        }
    }

    /// <summary>Adds the intervals of a range; <paramref name="digits"/> is 0 where it has no padding.</summary>
    internal static void AddRange(List<Interval> intervals, long first, long last, int digits)
    {
        if (digits > 0)
        {
            intervals.Add(new Interval(IndexCode.Encode(first, digits), IndexCode.Encode(last, digits)));
            return;
        }

        if (first < 0)
        {
            intervals.Add(new Interval(first, Math.Min(last, -1)));
            first = 0;
        }

        for (int length = IndexCode.CountDigits(Math.Max(first, 0)); first <= last; length++)
        {
            long end = Math.Min(last, IndexCode.PowerOfTen(length) - 1);
            intervals.Add(new Interval(IndexCode.Encode(first, length), IndexCode.Encode(end, length)));
            first = end + 1;
        }
    }

    private static bool TryEncode(ReadOnlySpan<char> index, out long code)
    {
        code = 0;
        bool negative = index.StartsWith('-');
        var digits = negative ? index[1..] : index;
        if (digits.IsEmpty || digits.Length > IndexCode.MaxDigits || digits.ContainsAnyExceptInRange('0', '9')) return false;
        if (negative && digits[0] == '0') return false;
        long value = 0;
        foreach (char digit in digits) value = value * 10 + (digit - '0');
        code = negative ? -value : IndexCode.Encode(value, digits.Length);
        return true;
    }
}
