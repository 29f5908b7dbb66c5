namespace Peak.Clusters.NodeSets;

/// <summary>How a set is written. Immutable; two with the same steps and axes are equal.</summary>
public sealed record FoldOptions
{
    /// <summary>Ranges without steps, folded along all axes.</summary>
    public static FoldOptions Default { get; } = new();

    /// <summary>
    /// The least number of indexes at equal distance that are written as a range with a step (<c>1-9/2</c>); null,
    /// the default, for never. At least 1: then an index alone counts as a range, and keeps the next one from beginning with it.
    /// </summary>
    public int? AutoStep { get; init; }

    /// <summary>
    /// The axes (numbers in a name, from 0; negative ones count from the last) along which names are folded; null,
    /// the default, for all of them. Along other axes indexes are written out.
    /// </summary>
    public IReadOnlyList<int>? Axes { get; init => field = value is null ? null : [.. value]; }

    /// <summary>Whether both have the same steps and the same axes in the same order.</summary>
    /// <param name="other">The other options.</param>
    public bool Equals(FoldOptions? other) =>
        other is not null && AutoStep == other.AutoStep
        && (Axes is null ? other.Axes is null : other.Axes is not null && Axes.SequenceEqual(other.Axes));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(AutoStep);
        foreach (int axis in Axes ?? []) hash.Add(axis);
        return hash.ToHashCode();
    }

    internal bool Folds(int axis, int dimensions) =>
        Axes is null || Axes.Any(a => a >= -dimensions && a < dimensions && (a + dimensions) % dimensions == axis);
}
