namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>Many requests to a host that don't depend on each other; their data share the window of the connection.</summary>
internal static class AtOnce
{
    private const int Most = 32;

    public static Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> work, CancellationToken stop)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Most, CancellationToken = stop };
        return Parallel.ForEachAsync(items, options, async (item, _) => await work(item).ConfigureAwait(false));
    }
}
