using CsCheck;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Tests.NodeSets;

/// <summary>The folding of names with several indexes against the same passes done pair by pair, on sets of strings.</summary>
public class FoldingModelTests
{
    [Fact]
    public void Dense_sets_fold_as_the_passes_over_pairs_do() =>
        Gen.Select(Gen.Int[2, 4], Gen.Int[1, 60], Gen.Int[2, 5], Gen.Int)
            .Sample((dimensions, count, limit, seed) => Compare(dimensions, count, limit, seed), iter: 300);

    [Fact]
    public void Sparse_sets_fold_as_the_passes_over_pairs_do() =>
        Gen.Select(Gen.Int[2, 3], Gen.Int[1, 60], Gen.Int[8, 15], Gen.Int)
            .Sample((dimensions, count, limit, seed) => Compare(dimensions, count, limit, seed), iter: 300);

    private static void Compare(int dimensions, int count, int limit, int seed)
    {
        var random = new Random(seed);
        var vectors = Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, dimensions).Select(_ => random.Next(limit).ToString()).ToArray()).ToArray();
        string[] names = [.. vectors.Select(v => string.Concat(v.Select((index, axis) => (char)('a' + axis) + index)))];
        Assert.Equal(Fold(vectors), NodeSet.Of(names).ToString());
    }

    private static string Fold(string[][] vectors)
    {
        var products =
            vectors.DistinctBy(v => string.Join(' ', v)).Select(v => v.Select(i => new HashSet<string> { i }).ToArray()).ToList();
        bool full = false;
        for (bool changed = true; changed;)
        {
            changed = false;
            products.Sort(Compare);
            for (int i = 0; i + 1 < products.Count; i++)
            {
                for (int j = i + 1; j < products.Count;)
                {
                    int[] differing =
                        [.. Enumerable.Range(0, products[i].Length).Where(axis => !products[i][axis].SetEquals(products[j][axis]))];
                    if (differing.Length == 1)
                    {
                        products[i][differing[0]].UnionWith(products[j][differing[0]]);
                        products.RemoveAt(j);
                        changed = true;
                    }
                    else if (full)
                    {
                        j++;
                    }
                    else
                    {
                        break;
                    }
                }
            }

            if (!changed && !full) changed = full = true;
        }

        return string.Join(',', products.Select(p => string.Concat(p.Select((axis, i) =>
            (char)('a' + i) + (axis.Count == 1 ? axis.Single() : $"[{RangeSet.Parse(string.Join(',', axis))}]")))));
    }

    private static int Compare(HashSet<string>[] a, HashSet<string>[] b)
    {
        static long Size(HashSet<string>[] p) => p.Aggregate(1L, (n, axis) => n * axis.Count);
        int order = Size(b).CompareTo(Size(a));
        for (int i = 0; i < a.Length && order == 0; i++)
        {
            order = b[i].Count.CompareTo(a[i].Count);
            if (order == 0) order = string.CompareOrdinal(First(a[i]), First(b[i]));
            if (order == 0) order = string.CompareOrdinal(First(a[i], last: true), First(b[i], last: true));
        }

        return order;
    }

    private static string First(HashSet<string> axis, bool last = false)
    {
        var sorted = axis.OrderBy(i => i.Length).ThenBy(i => i, StringComparer.Ordinal);
        return last ? sorted.Last() : sorted.First();
    }
}
