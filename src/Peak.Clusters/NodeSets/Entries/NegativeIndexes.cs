namespace Peak.Clusters.NodeSets.Entries;

/// <summary>
/// <c>n[-5]</c> and <c>n-5</c> are the same name, once with the index -5 and once with a hyphen in its text. A set keeps
/// the form it was written in, so before two sets meet, one is brought into the forms of the other.
/// </summary>
internal static class NegativeIndexes
{
    public static bool Any(ReadOnlySpan<NodeSetEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Indexes is RangeSet set && HasNegative(set)) return true;
            if (entry.Indexes is VectorSet vectors)
                foreach (var product in vectors.Raw)
                    if (Array.Exists(product, HasNegative)) return true;
        }

        return false;
    }

    /// <summary>The same names as in <paramref name="set"/>; those that <paramref name="form"/> has too are in its form.</summary>
    public static NodeSet Align(NodeSet set, NodeSet form)
    {
        var forms = Pieces(form);
        var aligned = new NodeSetBuilder();
        foreach (var piece in Pieces(set))
        {
            var rest = piece.Names;
            foreach (var other in forms)
            {
                if (other.Names.Entries[0].Pattern.CompareTo(piece.Names.Entries[0].Pattern) != 0) continue;
                var common = rest.Intersect(other.Names);
                Add(aligned, common, other);
                rest = rest.Except(common);
                if (rest.IsEmpty) break;
            }

            Add(aligned, rest, piece);
        }

        return aligned.BuildAsIs();
    }

    /// <summary>The same names without negative indexes.</summary>
    public static NodeSet WithHyphens(NodeSet set)
    {
        var names = new NodeSetBuilder();
        foreach (var piece in Pieces(set)) names.Add(piece.Names);
        return names.BuildAsIs();
    }

    /// <summary>
    /// Names of one pattern whose indexes on some axes (bits of <paramref name="Mask"/>) were negative and are hyphens
    /// now.
    /// </summary>
    private sealed record Piece(NodePattern Pattern, ulong Mask, NodeSet Names);

    private static List<Piece> Pieces(NodeSet set)
    {
        var builders = new Dictionary<(NodePattern, ulong), NodeSetBuilder>();
        foreach (var entry in set.Entries)
        {
            IReadOnlyList<RangeSet[]> products = entry.Indexes is VectorSet vectors ? vectors.Raw : entry.Products();
            foreach (var product in products)
            {
                var parts = Array.ConvertAll(product, Halves);
                foreach (var choice in product.Length == 0 ? [[]] : VectorSet.Products(parts))
                {
                    ulong mask = 0;
                    for (int axis = 0; axis < choice.Length; axis++)
                    {
                        if (!HasNegative(choice[axis])) continue;
                        mask |= 1UL << axis;
                        choice[axis] = Negate(choice[axis]);
                    }

                    if (!builders.TryGetValue((entry.Pattern, mask), out var builder))
                        builders[(entry.Pattern, mask)] = builder = new NodeSetBuilder();
                    builder.Add(entry.Pattern.WithHyphens(mask), choice);
                }
            }
        }

        return [.. builders.Select(b => new Piece(b.Key.Item1, b.Key.Item2, b.Value.BuildAsIs()))];
    }

    private static void Add(NodeSetBuilder builder, NodeSet names, Piece form)
    {
        if (form.Mask == 0)
        {
            builder.Add(names);
            return;
        }

        foreach (var entry in names.Entries)
        {
            foreach (var product in entry.Products())
                builder.Add(
                    form.Pattern.Key, [.. product.Select((indexes, axis) => (form.Mask & 1UL << axis) == 0 ? indexes : Negate(indexes))]);
        }
    }

    private static bool HasNegative(RangeSet set) => !set.IsEmpty && set.Spans[0].First < 0;

    private static RangeSet[] Halves(RangeSet set)
    {
        if (!HasNegative(set)) return [set];
        var negative = new RangeSet(Intervals.Intersect(set.Spans, [new Interval(long.MinValue, -1)]));
        var rest = set.Except(negative);
        return rest.IsEmpty ? [negative] : [negative, rest];
    }

    /// <summary>Turns negative indexes into unpadded positive ones and back.</summary>
    private static RangeSet Negate(RangeSet set)
    {
        var intervals = new List<Interval>();
        foreach (var range in set.Ranges()) RangeSet.AddRange(intervals, -range.Last, -range.First, 0);
        return new RangeSet(Intervals.Normalize(intervals));
    }
}
