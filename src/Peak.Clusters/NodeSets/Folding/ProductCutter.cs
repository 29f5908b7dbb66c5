using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets.Folding;

/// <summary>Cuts products that may overlap into disjoint ones, without looking at single vectors.</summary>
internal sealed class ProductCutter
{
    /// <summary>More pieces than this are refused: the set has no shape that could be written down.</summary>
    public const int MaxPieces = 2_000_000;

    private readonly List<RangeSet[]> _pieces = [];
    private long _work;

    public static List<RangeSet[]> Cut(IReadOnlyList<RangeSet[]> products)
    {
        var cutter = new ProductCutter();
        cutter.Cut(products, 0, []);
        return cutter._pieces;
    }

    private void Cut(IReadOnlyList<RangeSet[]> products, int axis, RangeSet[] head)
    {
        if (products.Count == 1 || axis == products[0].Length - 1)
        {
            if (_pieces.Count == MaxPieces) throw TooComplex();
            if (products.Count == 1)
            {
                _pieces.Add([.. head, .. products[0][axis..]]);
                return;
            }

            var all = new List<Interval>();
            foreach (var product in products) all.AddRange(product[axis].Spans);
            _pieces.Add([.. head, new RangeSet(Intervals.Normalize(all))]);
            return;
        }

        // Stretches of this axis through which the same products run are cut further together.
        Interval[] cells = FoldingAxis.CellsOf(products.Select(p => p[axis]));
        var running = new List<int>[cells.Length];
        for (int i = 0; i < cells.Length; i++) running[i] = [];
        for (int p = 0; p < products.Count; p++)
        {
            foreach (var interval in products[p][axis].Spans)
            {
                for (int cell = Intervals.Find(cells, interval.First); cell < cells.Length && cells[cell].Last <= interval.Last; cell++)
                {
                    running[cell].Add(p);
                    if (++_work > MaxPieces * 10L) throw TooComplex();
                }
            }
        }

        foreach (var group in Enumerable.Range(0, cells.Length).GroupBy(cell => running[cell], ListComparer.Instance))
        {
            var indexes = new RangeSet(Intervals.Normalize([.. group.Select(cell => cells[cell])]));
            Cut([.. group.Key.Select(p => products[p])], axis + 1, [.. head, indexes]);
        }
    }

    public static NodeSetException TooComplex() => new(new NodeSetError(
        0, 0, "The set of names is too large and too irregular to be written as products of ranges.", "Work on a part of it."));

    private sealed class ListComparer : IEqualityComparer<List<int>>
    {
        public static readonly ListComparer Instance = new();

        public bool Equals(List<int>? x, List<int>? y) => x!.SequenceEqual(y!);

        public int GetHashCode(List<int> list)
        {
            var hash = new HashCode();
            foreach (int i in list) hash.Add(i);
            return hash.ToHashCode();
        }
    }
}
