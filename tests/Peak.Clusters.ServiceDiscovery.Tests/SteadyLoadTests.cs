using System.Collections.Concurrent;
using System.Diagnostics;

namespace Peak.Clusters.ServiceDiscovery.Tests;

public class SteadyLoadTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Five_hundred_changes_under_load_fail_no_request_and_miss_no_change()
    {
        const int changes = 500, clients = 4, seed = 1;
        await using var fleet = await Fleet.StartAsync(8);
        var random = new Random(seed);
        var members = new HashSet<string> { fleet.Hosts[0], fleet.Hosts[1] };
        await using var application = new Application(
            ClusterEndpointProviderTests.Group("web", members), ClusterEndpointProviderTests.Port("web", fleet.Port),
            quietPeriod: TimeSpan.FromMilliseconds(5));
        using var end = new CancellationTokenSource();
        var failures = new ConcurrentQueue<Exception>();
        var seen = new ConcurrentDictionary<string, TaskCompletionSource>();
        long requests = 0;
        var load = Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            using var client = application.Client;
            while (!end.IsCancellationRequested)
            {
                try
                {
                    string host = await client.GetStringAsync("http://web/", TestContext.Current.CancellationToken);
                    if (seen.TryGetValue(host, out var waiting)) waiting.TrySetResult();
                    Interlocked.Increment(ref requests);
                }
                catch (HttpRequestException e)
                {
                    failures.Enqueue(e);
                }
            }
        })).ToArray();

        var slowest = TimeSpan.Zero;
        long memory = 0;
        for (int i = 0; i < changes; i++)
        {
            string host = fleet.Hosts[random.Next(fleet.Hosts.Count)];
            bool added = members.Count == 1
                ? members.Add(fleet.Hosts.First(h => !members.Contains(h))) : !members.Remove(host) && members.Add(host);
            string? newest = added ? members.Last() : null;
            if (newest is not null) seen[newest] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            long start = Stopwatch.GetTimestamp();
            await application.ChangeAsync(ClusterEndpointProviderTests.Group("web", members.Order()));
            if (newest is not null)
            {
                await seen[newest].Task.Patiently();
                var taken = Stopwatch.GetElapsedTime(start);
                if (taken > slowest) slowest = taken;
                seen.TryRemove(newest, out _);
            }

            if (i == 100) memory = GC.GetTotalMemory(forceFullCollection: true);
        }

        long growth = GC.GetTotalMemory(forceFullCollection: true) - memory;
        await end.CancelAsync();
        await Task.WhenAll(load);
        output.WriteLine(
            $"{requests} requests, {changes} changes, newest member used after {slowest.TotalMilliseconds:F0} ms at most, "
            + $"memory {growth / 1024:+#;-#;0} KiB");
        Assert.Empty(failures);
        Assert.Equal(1 + changes, application.Monitor.Version);
        Assert.Equal(members.Order(), (await application.ResolveAsync("http://web")).Select(e => e.Split(':')[0]));
        Assert.True(growth < 4 << 20, $"Memory grew by {growth} bytes in {changes - 100} changes.");
    }
}
