namespace Peak.Clusters.NodeSets.Entries;

/// <summary>Chance without replacement.</summary>
internal static class Sampling
{
    /// <summary>Draws <paramref name="count"/> of the places 0 to <paramref name="total"/> - 1 (Floyd's algorithm).</summary>
    public static HashSet<long> Places(int count, long total, Random random)
    {
        var places = new HashSet<long>(count);
        for (long last = total - count; last < total; last++)
            if (!places.Add(random.NextInt64(last + 1))) places.Add(last);
        return places;
    }
}
