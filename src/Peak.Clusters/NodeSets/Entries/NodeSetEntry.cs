namespace Peak.Clusters.NodeSets.Entries;

/// <summary>
/// All names of one pattern: <paramref name="Indexes"/> is null (the pattern is a name), a <see cref="RangeSet"/> (one
/// index) or a <see cref="VectorSet"/>. Never empty.
/// </summary>
internal readonly record struct NodeSetEntry(NodePattern Pattern, object? Indexes)
{
    public Int128 Count => Indexes switch
    {
        null => 1,
        RangeSet set => set.LongCount,
        var vectors => ((VectorSet)vectors).Count,
    };

    public static object? Union(object? a, object? b) => a switch
    {
        null => null,
        RangeSet set => set.Union((RangeSet)b!),
        _ => VectorSet.Union((VectorSet)a, (VectorSet)b!),
    };

    /// <summary>False where nothing is left.</summary>
    public static bool TryIntersect(object? a, object? b, out object? common)
    {
        common = a switch
        {
            null => null,
            RangeSet set => set.Intersect((RangeSet)b!) is { IsEmpty: false } some ? some : null,
            _ => VectorSet.Intersect((VectorSet)a, (VectorSet)b!),
        };
        return a is null || common is not null;
    }

    /// <summary>False where nothing is left.</summary>
    public static bool TryExcept(object? a, object? b, out object? rest)
    {
        rest = a switch
        {
            null => null,
            RangeSet set => set.Except((RangeSet)b!) is { IsEmpty: false } some ? some : null,
            _ => VectorSet.Except((VectorSet)a, (VectorSet)b!),
        };
        return rest is not null;
    }

    public static bool Overlap(object? a, object? b) => a switch
    {
        null => true,
        RangeSet set => set.Overlaps((RangeSet)b!),
        _ => VectorSet.Overlap((VectorSet)a, (VectorSet)b!),
    };

    public NodeSetEntry Slice(Int128 start, Int128 end) => Indexes switch
    {
        null => this,
        RangeSet set => this with { Indexes = set.Slice((long)start, (long)(end - start)) },
        var vectors => this with { Indexes = ((VectorSet)vectors).Slice(start, end) },
    };

    /// <summary>Writes the name at a place.</summary>
    public void AppendName(ref Utf8Text text, Int128 place)
    {
        Span<long> vector = stackalloc long[Pattern.Dimensions];
        if (Indexes is RangeSet set) vector[0] = set.CodeAt((long)place);
        else (Indexes as VectorSet)?.VectorAt(place, vector);
        AppendName(ref text, vector);
    }

    public void AppendName(ref Utf8Text text, ReadOnlySpan<long> vector)
    {
        for (int axis = 0; axis < vector.Length; axis++)
        {
            text.Append(Pattern.TextBefore(axis));
            text.AppendIndex(vector[axis]);
        }

        text.Append(Pattern.TextBefore(vector.Length));
    }

    /// <summary>The products of ranges that make up the entry, in order.</summary>
    public IReadOnlyList<RangeSet[]> Products() => Indexes switch
    {
        null => (RangeSet[][])[[]],
        RangeSet set => (RangeSet[][])[[set]],
        var vectors => ((VectorSet)vectors).Folded,
    };
}
