namespace Peak.Clusters.Remote.Runs;

/// <summary>Which targets go together where not all may go at once.</summary>
public static class Rollout
{
    /// <summary>Cuts a list of targets into batches: first the canaries, then the rest.</summary>
    /// <param name="targets">The number of targets.</param>
    /// <param name="canary">How many go first, in a batch of their own; 0 for none.</param>
    /// <param name="batch">The size of the others, at least one target; null for one batch of all.</param>
    /// <returns>Ranges of the list, in order, that together are the whole of it.</returns>
    public static IReadOnlyList<Range> Batches(int targets, int canary = 0, CountOrPercent? batch = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(targets);
        ArgumentOutOfRangeException.ThrowIfNegative(canary);
        var batches = new List<Range>();
        int start = Math.Min(canary, targets);
        if (start > 0) batches.Add(..start);
        int size = Math.Max(1, batch?.Of(targets) ?? targets);
        for (; start < targets; start += Math.Min(size, targets - start))
            batches.Add(start..(start + Math.Min(size, targets - start)));
        return batches;
    }
}
