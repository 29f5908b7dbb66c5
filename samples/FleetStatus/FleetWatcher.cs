using System.Diagnostics;
using Microsoft.Extensions.ServiceDiscovery;
using Peak.Clusters.Hosting;

namespace FleetStatus;

/// <summary>Asks every member of the watched group who it is: every second, and at once when the cluster changes.</summary>
public sealed class FleetWatcher(
    FleetState fleet, MemberProbe probe, ServiceEndpointResolver resolver, IClusterMonitor monitor,
    IConfiguration configuration) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string service = "http://" + (configuration["FleetStatus:Watch"] ?? "web");
        using var changed = new SemaphoreSlim(0);
        using var registration = monitor.OnChange(_ => changed.Release());
        while (!stoppingToken.IsCancellationRequested)
        {
            fleet.SetMembers(await AskAsync(service, stoppingToken));
            await changed.WaitAsync(Interval, stoppingToken);
        }
    }

    private async Task<Member[]> AskAsync(string service, CancellationToken cancelled)
    {
        try
        {
            var source = await resolver.GetEndpointsAsync(service, cancelled);
            return await Task.WhenAll(source.Endpoints.Select(endpoint => probe.AskAsync(endpoint.ToString()!, cancelled)));
        }
        catch (InvalidOperationException)
        {
            // The group is empty or gone; the page shows that it has no members.
            return [];
        }
    }
}

/// <summary>Asks one member.</summary>
public sealed class MemberProbe(HttpClient client)
{
    public async Task<Member> AskAsync(string endpoint, CancellationToken cancelled)
    {
        string host = endpoint[..(endpoint.LastIndexOf(':') is > 0 and var colon ? colon : endpoint.Length)];
        long start = Stopwatch.GetTimestamp();
        try
        {
            var answer = await client.GetFromJsonAsync($"http://{endpoint}/whoami", FleetJson.Default.WhoAmI, cancelled);
            double taken = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1);
            return new Member(host, true, taken, answer!.Host == host ? null : $"calls itself {answer.Host}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancelled.IsCancellationRequested)
        {
            return new Member(host, false, null, e is HttpRequestException { HttpRequestError: var error } ? error.ToString() : "Timeout");
        }
    }
}
