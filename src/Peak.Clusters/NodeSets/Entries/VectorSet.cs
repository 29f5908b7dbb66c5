using Peak.Clusters.NodeSets.Folding;

namespace Peak.Clusters.NodeSets.Entries;

/// <summary>
/// A set of vectors of indexes: what stands in names with more than one number. It is a list of products of
/// <see cref="RangeSet"/>s, a product for each pattern of the folded text. Immutable; folded when first looked at.
/// </summary>
internal sealed class VectorSet
{
    private readonly IReadOnlyList<RangeSet[]> _products;
    private IReadOnlyList<RangeSet[]>? _folded;

    public VectorSet(IReadOnlyList<RangeSet[]> products, bool folded = false)
    {
        _products = products;
        if (folded || products.Count == 1) _folded = products;
    }

    public int Dimensions => _products[0].Length;

    /// <summary>The products as they were put together: they may overlap.</summary>
    public IReadOnlyList<RangeSet[]> Raw => _folded ?? _products;

    /// <summary>Disjoint products, in order, in the form that is written.</summary>
    public IReadOnlyList<RangeSet[]> Folded
    {
        get
        {
            if (_folded is null) Volatile.Write(ref _folded, VectorFolder.Fold(_products));
            return _folded;
        }
    }

    public Int128 Count
    {
        get
        {
            Int128 count = 0;
            foreach (var product in Folded) count = Add(count, CountOf(product));
            return count;
        }
    }

    /// <summary>The number of vectors; <see cref="Int128.MaxValue"/> stands for all that are larger.</summary>
    public static Int128 CountOf(RangeSet[] product)
    {
        Int128 count = 1;
        foreach (var axis in product)
        {
            if (count > Int128.MaxValue / axis.LongCount) return Int128.MaxValue;
            count *= axis.LongCount;
        }

        return count;
    }

    /// <summary>The sum; <see cref="Int128.MaxValue"/> stands for all that are larger.</summary>
    public static Int128 Add(Int128 a, Int128 b) => a > Int128.MaxValue - b ? Int128.MaxValue : a + b;

    public bool Contains(ReadOnlySpan<long> vector)
    {
        foreach (var product in Raw)
        {
            bool found = true;
            for (int i = 0; i < vector.Length && found; i++) found = product[i].ContainsCode(vector[i]);
            if (found) return true;
        }

        return false;
    }

    public static VectorSet Union(VectorSet a, VectorSet b) => new([.. a.Raw, .. b.Raw]);

    /// <summary>null where nothing is left.</summary>
    public static VectorSet? Intersect(VectorSet a, VectorSet b)
    {
        if (ReferenceEquals(a, b)) return a;
        if (IsWorkForVectors(a, b)) return OfFolded(VectorFolder.Combine(a.Raw, b.Raw, static (inA, inB) => inA && inB));
        var result = new List<RangeSet[]>();
        RangeSet[][] rights = [.. b.Raw];
        foreach (var left in a.Raw)
            foreach (var right in rights)
                if (Intersect(left, right) is { } common) result.Add(common);
        return result.Count == 0 ? null : new VectorSet(result);
    }

    /// <summary>null where nothing is left.</summary>
    public static VectorSet? Except(VectorSet a, VectorSet b)
    {
        if (ReferenceEquals(a, b)) return null;
        if (IsWorkForVectors(a, b)) return OfFolded(VectorFolder.Combine(a.Raw, b.Raw, static (inA, inB) => inA && !inB));
        var rest = new List<RangeSet[]>(a.Raw);
        foreach (var right in b.Raw)
        {
            var next = new List<RangeSet[]>();
            foreach (var left in rest) Except(left, right, next);
            rest = next;
            if (rest.Count == 0) return null;
            if (rest.Count > ProductCutter.MaxPieces) throw ProductCutter.TooComplex();
        }

        return new VectorSet(rest);
    }

    public static bool Overlap(VectorSet a, VectorSet b)
    {
        if (IsWorkForVectors(a, b)) return VectorFolder.Combine(a.Raw, b.Raw, static (inA, inB) => inA && inB) is not null;
        RangeSet[][] rights = [.. b.Raw];
        foreach (var left in a.Raw)
            foreach (var right in rights)
                if (Overlap(left, right)) return true;
        return false;
    }

    /// <summary>Vectors at places, counted through the folded products; the last axis runs fastest.</summary>
    public VectorSet Slice(Int128 start, Int128 end)
    {
        var result = new List<RangeSet[]>();
        Int128 at = 0;
        foreach (var product in Folded)
        {
            if (at >= end) break;
            Int128 count = CountOf(product);
            Int128 from = Int128.Max(start - at, 0), to = Int128.Min(end - at, count);
            if (from < to) Slice(product, 0, from, to, [], result);
            at += count;
        }

        return new VectorSet(result);
    }

    public void VectorAt(Int128 place, Span<long> vector)
    {
        foreach (var product in Folded)
        {
            Int128 count = CountOf(product);
            if (place < count)
            {
                for (int axis = product.Length - 1; axis >= 0; axis--)
                {
                    (place, Int128 at) = Int128.DivRem(place, product[axis].LongCount);
                    vector[axis] = product[axis].CodeAt((long)at);
                }

                return;
            }

            place -= count;
        }
    }

    /// <summary>Products all of whose axes are one contiguous range.</summary>
    public IEnumerable<RangeSet[]> Contiguous()
    {
        foreach (var product in Folded)
        {
            var pieces = product.Select(axis => axis.Contiguous().ToArray()).ToArray();
            foreach (var piece in Products(pieces)) yield return piece;
        }
    }

    /// <summary>All ways to take one of each; the last runs fastest.</summary>
    public static IEnumerable<RangeSet[]> Products(RangeSet[][] choices)
    {
        var at = new int[choices.Length];
        while (true)
        {
            yield return [.. choices.Select((choice, axis) => choice[at[axis]])];
            int last = choices.Length - 1;
            while (last >= 0 && ++at[last] == choices[last].Length) at[last--] = 0;
            if (last < 0) yield break;
        }
    }

    /// <summary>Whether to sort single vectors rather than to compare each product with each other one.</summary>
    private static bool IsWorkForVectors(VectorSet a, VectorSet b)
    {
        long pairs = (long)a.Raw.Count * b.Raw.Count;
        if (pairs <= 10_000) return false;
        Int128 vectors = 0;
        foreach (var product in a.Raw) vectors = Add(vectors, CountOf(product));
        foreach (var product in b.Raw) vectors = Add(vectors, CountOf(product));
        if (vectors <= VectorFolder.MaxVectors) return vectors < pairs;
        return pairs <= ProductCutter.MaxPieces * 10L ? false : throw ProductCutter.TooComplex();
    }

    private static VectorSet? OfFolded(IReadOnlyList<RangeSet[]>? products) =>
        products is null ? null : new VectorSet(products, folded: true);

    private static void Slice(RangeSet[] product, int axis, Int128 from, Int128 to, RangeSet[] head, List<RangeSet[]> result)
    {
        if (axis == product.Length - 1)
        {
            result.Add([.. head, product[axis].Slice((long)from, (long)(to - from))]);
            return;
        }

        Int128 below = 1;
        for (int i = axis + 1; i < product.Length; i++) below *= product[i].LongCount;
        var (first, firstRest) = Int128.DivRem(from, below);
        var (last, lastRest) = Int128.DivRem(to, below);
        if (first == last)
        {
            Slice(product, axis + 1, firstRest, lastRest, [.. head, product[axis].Slice((long)first, 1)], result);
            return;
        }

        if (firstRest > 0)
        {
            Slice(product, axis + 1, firstRest, below, [.. head, product[axis].Slice((long)first, 1)], result);
            first++;
        }

        if (first < last) result.Add([.. head, product[axis].Slice((long)first, (long)(last - first)), .. product[(axis + 1)..]]);
        if (lastRest > 0) Slice(product, axis + 1, 0, lastRest, [.. head, product[axis].Slice((long)last, 1)], result);
    }

    private static RangeSet[]? Intersect(RangeSet[] a, RangeSet[] b)
    {
        var common = new RangeSet[a.Length];
        for (int i = 0; i < a.Length; i++)
            if ((common[i] = a[i].Intersect(b[i])).IsEmpty) return null;
        return common;
    }

    private static bool Overlap(RangeSet[] a, RangeSet[] b)
    {
        for (int i = 0; i < a.Length; i++)
            if (!a[i].Overlaps(b[i])) return false;
        return true;
    }

    /// <summary>Cuts <paramref name="b"/> out of <paramref name="a"/>: at most one product for each axis is left, all disjoint.</summary>
    private static void Except(RangeSet[] a, RangeSet[] b, List<RangeSet[]> result)
    {
        if (!Overlap(a, b))
        {
            result.Add(a);
            return;
        }

        var inner = (RangeSet[])a.Clone();
        for (int i = 0; i < a.Length; i++)
        {
            var outside = inner[i].Except(b[i]);
            if (!outside.IsEmpty)
            {
                var piece = (RangeSet[])inner.Clone();
                piece[i] = outside;
                result.Add(piece);
            }

            inner[i] = inner[i].Intersect(b[i]);
        }
    }
}
