using System.Numerics;
using System.Runtime.InteropServices;
using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets.Folding;

/// <summary>
/// Writes a set of vectors by few disjoint products of sets. It finds the very products, in the very order, that
/// ClusterShell 1.9's passes over pairs find (docs/adr), but a pass costs n log n at most.
/// </summary>
/// <remarks>
/// The vectors begin as products of single indexes, sorted. A pass goes over them and merges a product with those
/// after it that differ from it along one axis only. The first passes stop at the first product that doesn't fit;
/// when they change nothing any more, full passes look at all later products. Here a full pass finds those that fit by
/// a hash of all axes but one. Products are sorted again after each pass: larger ones first, then along each axis those
/// with more indexes, the lower first index and the lower last index, both as texts.
/// </remarks>
internal sealed class VectorFolder
{
    /// <summary>Larger sets are cut into disjoint products, not into single vectors.</summary>
    public const int MaxVectors = 1 << 23;

    /// <summary>The same for sets of products that are large themselves: expanding those would cost more than it finds.</summary>
    private const int MaxVectorsInLargeProducts = 1 << 20;

    private readonly int _dimensions;
    private readonly FoldingAxis[] _axes;
    private int[] _ids;
    private long[] _sizes;
    private int _count;

    private VectorFolder(FoldingAxis[] axes, int[] ids, int count)
    {
        _axes = axes;
        _dimensions = axes.Length;
        _ids = ids;
        _count = count;
        _sizes = new long[count];
        for (int i = 0; i < count; i++) _sizes[i] = SizeOf(i);
    }

    /// <summary>Folds products, which may overlap.</summary>
    public static IReadOnlyList<RangeSet[]> Fold(IReadOnlyList<RangeSet[]> products)
    {
        if (products.Count == 1) return products;
        if (FoldAlongOneAxis(products) is { } single) return [single];
        Int128 total = 0;
        foreach (var product in products) total = VectorSet.Add(total, VectorSet.CountOf(product));
        bool small = total <= MaxVectorsInLargeProducts || (total <= MaxVectors && total <= products.Count * 64L);
        return small ? FoldVectors(products) : FoldProducts(products);
    }

    /// <summary>Folds vectors.</summary>
    /// <param name="codes">The vectors, one after the other; they may repeat.</param>
    /// <param name="dimensions">The length of a vector.</param>
    public static FoldedVectors Fold(ReadOnlySpan<long> codes, int dimensions)
    {
        int count = codes.Length / dimensions;
        var axes = new FoldingAxis[dimensions];
        var column = new long[count];
        var ranks = new int[codes.Length];
        for (int axis = 0; axis < dimensions; axis++)
        {
            for (int i = 0; i < count; i++) column[i] = codes[i * dimensions + axis];
            var atoms = new AtomTable(column);
            axes[axis] = new FoldingAxis(atoms.Codes);
            for (int i = 0; i < count; i++) ranks[i * dimensions + axis] = axes[axis].TextRankOf(atoms.Find(codes[i * dimensions + axis]));
        }

        return Fold(axes, ranks, count);
    }

    /// <summary>Products that all but agree: along one axis at most they differ, and their union is one product.</summary>
    private static RangeSet[]? FoldAlongOneAxis(IReadOnlyList<RangeSet[]> products)
    {
        int varying = -1;
        for (int axis = 0; axis < products[0].Length; axis++)
        {
            bool same = true;
            for (int i = 1; i < products.Count && same; i++) same = products[i][axis].Equals(products[0][axis]);
            if (same) continue;
            if (varying >= 0) return null;
            varying = axis;
        }

        if (varying < 0) return products[0];
        var intervals = new List<Interval>();
        foreach (var product in products) intervals.AddRange(product[varying].Spans);
        var result = (RangeSet[])products[0].Clone();
        result[varying] = new RangeSet(Intervals.Normalize(intervals));
        return result;
    }

    /// <summary>
    /// The union, intersection or difference of two sets that are small enough, vector by vector; null where nothing is
    /// left.
    /// </summary>
    /// <param name="a">Products of one set.</param>
    /// <param name="b">Products of the other.</param>
    /// <param name="keep">Whether to keep a vector, given whether it is in the one and in the other.</param>
    public static IReadOnlyList<RangeSet[]>? Combine(IReadOnlyList<RangeSet[]> a, IReadOnlyList<RangeSet[]> b, Func<bool, bool, bool> keep)
    {
        // One more axis says which set a vector is from; sorted, a vector that is in both stands side by side.
        int dimensions = a[0].Length;
        var axes = AxesOf([.. a, .. b], out var tables);
        var ranks = new List<int>();
        Expand(a, axes, tables, ranks, 0);
        Expand(b, axes, tables, ranks, 1);
        var tagged = CollectionsMarshal.AsSpan(ranks);
        int count = VectorSorter.SortDistinct(tagged, [.. axes.Select(x => x.AtomCount), 2], tagged.Length / (dimensions + 1));
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            var vector = tagged.Slice(i * (dimensions + 1), dimensions);
            int from = tagged[i * (dimensions + 1) + dimensions];
            bool both = i + 1 < count && vector.SequenceEqual(tagged.Slice((i + 1) * (dimensions + 1), dimensions));
            if (keep(from == 0, from == 1 || both)) vector.CopyTo(tagged[(kept++ * dimensions)..]);
            if (both) i++;
        }

        return kept == 0 ? null : FoldSorted(axes, tagged[..(kept * dimensions)].ToArray(), kept);
    }

    private static FoldedVectors FoldVectors(IReadOnlyList<RangeSet[]> products)
    {
        var axes = AxesOf(products, out var tables);
        var ranks = new List<int>();
        Expand(products, axes, tables, ranks, null);
        return Fold(axes, [.. ranks], ranks.Count / axes.Length);
    }

    private static FoldingAxis[] AxesOf(IReadOnlyList<RangeSet[]> products, out AtomTable[] tables)
    {
        var axes = new FoldingAxis[products[0].Length];
        tables = new AtomTable[axes.Length];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            var intervals = new List<Interval>();
            foreach (var product in products) intervals.AddRange(product[axis].Spans);
            tables[axis] = new AtomTable([.. new RangeSet(Intervals.Normalize(intervals)).Codes()]);
            axes[axis] = new FoldingAxis(tables[axis].Codes);
        }

        return axes;
    }

    /// <summary>Appends all vectors of products, as text ranks, each with a tag after it if there is one.</summary>
    private static void Expand(IReadOnlyList<RangeSet[]> products, FoldingAxis[] axes, AtomTable[] tables, List<int> ranks, int? tag)
    {
        var choices = new int[axes.Length][];
        var at = new int[axes.Length];
        foreach (var product in products)
        {
            for (int axis = 0; axis < axes.Length; axis++)
            {
                var table = tables[axis];
                var ranked = axes[axis];
                choices[axis] = [.. product[axis].Codes().Select(code => ranked.TextRankOf(table.Find(code)))];
            }

            Array.Clear(at);
            int last;
            do
            {
                for (int axis = 0; axis < axes.Length; axis++) ranks.Add(choices[axis][at[axis]]);
                if (tag is { } value) ranks.Add(value);
                last = axes.Length - 1;
                while (last >= 0 && ++at[last] == choices[last].Length) at[last--] = 0;
            }
            while (last >= 0);
        }
    }

    /// <summary>Sorts vectors of text ranks, drops repetitions and folds.</summary>
    private static FoldedVectors Fold(FoldingAxis[] axes, int[] textRanks, int count) =>
        FoldSorted(axes, textRanks, VectorSorter.SortDistinct(textRanks, [.. axes.Select(a => a.AtomCount)], count));

    private static FoldedVectors FoldSorted(FoldingAxis[] axes, int[] textRanks, int count)
    {
        for (int i = 0, at = 0; i < count; i++)
            for (int axis = 0; axis < axes.Length; axis++, at++) textRanks[at] = axes[axis].AtomAt(textRanks[at]);
        var folder = new VectorFolder(axes, textRanks, count);
        folder.Merge(sorted: true);
        return folder.Result();
    }

    /// <summary>For sets too large to look at each vector: cuts the products where others begin or end.</summary>
    private static FoldedVectors FoldProducts(IReadOnlyList<RangeSet[]> products)
    {
        var disjoint = ProductCutter.Cut(products);
        int dimensions = products[0].Length;
        var axes = new FoldingAxis[dimensions];
        var ids = new int[disjoint.Count * dimensions];
        for (int axis = 0; axis < dimensions; axis++)
        {
            int at = axis;
            axes[axis] = new FoldingAxis(FoldingAxis.CellsOf(disjoint.Select(p => p[at])));
            for (int i = 0; i < disjoint.Count; i++) ids[i * dimensions + axis] = axes[axis].IdOf(disjoint[i][axis]);
        }

        var folder = new VectorFolder(axes, ids, disjoint.Count);
        folder.Merge(sorted: false);
        return folder.Result();
    }

    private FoldedVectors Result()
    {
        foreach (var axis in _axes) axis.Close();
        return new FoldedVectors(_axes, _ids.Length == _count * _dimensions ? _ids : _ids[..(_count * _dimensions)]);
    }

    private void Merge(bool sorted)
    {
        if (!sorted) Sort(null);
        while (NeighbourPass()) { }
        while (FullPass()) { }
    }

    /// <summary>Merges each product with its next neighbours as long as they fit.</summary>
    private bool NeighbourPass()
    {
        int kept = 0;
        var changed = new List<int>();
        var grown = new GrowingProduct(_axes);
        Span<int> current = stackalloc int[_dimensions];
        for (int i = 0; i < _count;)
        {
            Item(i).CopyTo(current);
            int next = i + 1;
            while (next < _count && grown.TryMerge(current, Item(next))) next++;
            bool merged = next > i + 1;
            if (merged) grown.Close(current);
            current.CopyTo(Item(kept));
            if (merged)
            {
                _sizes[kept] = SizeOf(kept);
                changed.Add(kept);
            }
            else
            {
                _sizes[kept] = _sizes[i];
            }

            kept++;
            i = next;
        }

        _count = kept;
        if (changed.Count == 0) return false;
        Sort(changed);
        return true;
    }

    /// <summary>Merges each product with all after it that fit.</summary>
    private bool FullPass()
    {
        if (_count < 2) return false;
        var keysOf = new ulong[_dimensions][];
        var hashes = new ulong[_count];
        for (int i = 0; i < _count; i++)
            for (int axis = 0; axis < _dimensions; axis++) hashes[i] += Term(axis, _axes[axis].HashOf(Item(i)[axis]));
        bool any = false;
        for (int axis = 0; axis < _dimensions; axis++)
        {
            var keys = new ulong[_count];
            for (int i = 0; i < _count; i++) keys[i] = hashes[i] - Term(axis, _axes[axis].HashOf(Item(i)[axis]));
            any |= Buckets.AnyShared(keys);
            keysOf[axis] = keys;
        }

        if (!any) return false;
        var buckets = Array.ConvertAll(keysOf, keys => new Buckets(keys));
        var dead = new bool[_count];
        var changed = new List<int>();
        var grown = new GrowingProduct(_axes);
        Span<int> current = stackalloc int[_dimensions];
        for (int i = 0; i < _count; i++)
        {
            if (dead[i]) continue;
            Item(i).CopyTo(current);
            bool merged = false;
            int position = i;
            ulong hash = hashes[i];
            while (true)
            {
                int best = int.MaxValue;
                for (int axis = 0; axis < _dimensions; axis++)
                {
                    ulong key = hash - Term(axis, grown.HashOf(current, axis));
                    for (int at = buckets[axis].Next(key, position, dead); at < best; at = buckets[axis].Next(key, at, dead))
                        if (grown.Fits(current, Item(at), axis)) best = at;
                }

                if (best == int.MaxValue) break;
                grown.TryMerge(current, Item(best));
                dead[best] = merged = true;
                position = best;
                hash = 0;
                for (int axis = 0; axis < _dimensions; axis++) hash += Term(axis, grown.HashOf(current, axis));
            }

            if (!merged) continue;
            grown.Close(current);
            current.CopyTo(Item(i));
            _sizes[i] = SizeOf(i);
            changed.Add(i);
        }

        if (changed.Count == 0) return false;
        int kept = 0, c = 0;
        for (int i = 0; i < _count; i++)
        {
            if (dead[i]) continue;
            if (c < changed.Count && changed[c] == i) changed[c++] = kept;
            Item(i).CopyTo(Item(kept));
            _sizes[kept++] = _sizes[i];
        }

        _count = kept;
        Sort(changed);
        return true;
    }

    private static ulong Term(int axis, ulong hash) =>
        BitOperations.RotateLeft(hash * 0x9E3779B97F4A7C15, axis * 7 + 1) * (0xD1B54A32D192ED03 + 2 * (ulong)axis);

    private Span<int> Item(int i) => _ids.AsSpan(i * _dimensions, _dimensions);

    private long SizeOf(int i)
    {
        Int128 size = 1;
        for (int axis = 0; axis < _dimensions && size < long.MaxValue; axis++) size *= _axes[axis].SizeOf(_ids[i * _dimensions + axis]);
        return size > long.MaxValue ? long.MaxValue : (long)size;
    }

    /// <summary>Brings the products into order; only those in <paramref name="changed"/> are out of it, or all if it is null.</summary>
    private void Sort(List<int>? changed)
    {
        int[] moving = changed is null ? [.. Enumerable.Range(0, _count)] : [.. changed];
        Array.Sort(moving, Compare);
        var ids = new int[_count * _dimensions];
        var sizes = new long[_count];
        int m = 0, still = 0, skip = 0;
        for (int to = 0; to < _count; to++)
        {
            if (changed is null) still = _count;
            else while (skip < changed.Count && changed[skip] == still) (skip, still) = (skip + 1, still + 1);
            int from = still >= _count || (m < moving.Length && Compare(moving[m], still) < 0) ? moving[m++] : still++;
            Item(from).CopyTo(ids.AsSpan(to * _dimensions));
            sizes[to] = _sizes[from];
        }

        _ids = ids;
        _sizes = sizes;
    }

    private int Compare(int a, int b)
    {
        if (a == b) return 0;
        int order = _sizes[b].CompareTo(_sizes[a]);
        for (int axis = 0; axis < _dimensions && order == 0; axis++)
            order = _axes[axis].Compare(_ids[a * _dimensions + axis], _ids[b * _dimensions + axis]);
        return order;
    }
}
