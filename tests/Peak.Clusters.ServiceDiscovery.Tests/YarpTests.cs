using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;
using Peak.Clusters.Hosting;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Peak.Clusters.ServiceDiscovery.Tests;

public class YarpTests
{
    [Fact]
    public async Task A_reverse_proxy_spreads_requests_over_a_group_and_follows_its_changes()
    {
        await using var fleet = await Fleet.StartAsync(3);
        var folder = Directory.CreateTempSubdirectory("peak-yarp-");
        string file = Path.Combine(folder.FullName, "cluster");
        await File.WriteAllTextAsync(
            file, ClusterEndpointProviderTests.Group("web", fleet.Hosts.Take(2)), TestContext.Current.CancellationToken);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Configuration.AddInMemoryCollection(ClusterEndpointProviderTests.Port("web", fleet.Port));
        builder.Services.AddCluster(options => (options.Path, options.QuietPeriod) = (file, TimeSpan.FromMilliseconds(20)));
        builder.Services.AddServiceDiscovery().AddClusterEndpointProvider();
        builder.Services.AddSingleton<IDestinationResolver, ServiceDiscoveryDestinationResolver>();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "web", Match = new RouteMatch { Path = "{**any}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "web",
                    LoadBalancingPolicy = "RoundRobin",
                    Destinations = new Dictionary<string, DestinationConfig> { ["web"] = new() { Address = "http://web" } },
                },
            ]);
        await using var proxy = builder.Build();
        proxy.MapReverseProxy();
        await proxy.StartAsync(TestContext.Current.CancellationToken);
        string address = proxy.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var client = new HttpClient { BaseAddress = new Uri(address) };

        Assert.Equal(fleet.Hosts.Take(2), await AnswersAsync(client, 20));
        var changed = new TaskCompletionSource();
        using var registration = proxy.Services.GetRequiredService<IClusterMonitor>().OnChange(_ => changed.TrySetResult());
        string group = ClusterEndpointProviderTests.Group("web", fleet.Hosts.Skip(2));
        await File.WriteAllTextAsync(file, group, TestContext.Current.CancellationToken);
        await changed.Task.Patiently();
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (await client.GetStringAsync("/", patience.Token) != fleet.Hosts[2]) { }
        Assert.Equal([fleet.Hosts[2]], await AnswersAsync(client, 10));
        folder.Delete(recursive: true);
    }

    private static async Task<string[]> AnswersAsync(HttpClient client, int count)
    {
        var answers = new SortedSet<string>();
        for (int i = 0; i < count; i++) answers.Add(await client.GetStringAsync("/", TestContext.Current.CancellationToken));
        return [.. answers];
    }

    /// <summary>
    /// What the package Microsoft.Extensions.ServiceDiscovery.Yarp does: each destination becomes one for each endpoint
    /// of its service.
    /// </summary>
    private sealed class ServiceDiscoveryDestinationResolver(ServiceEndpointResolver resolver) : IDestinationResolver
    {
        public async ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(
            IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
        {
            var resolved = new Dictionary<string, DestinationConfig>();
            var (_, destination) = destinations.Single();
            var source = await resolver.GetEndpointsAsync(destination.Address, cancellationToken);
            foreach (var endpoint in source.Endpoints)
                resolved[$"{destination.Address}[{endpoint}]"] = destination with { Address = $"http://{endpoint}" };
            return new ResolvedDestinationCollection(resolved, source.ChangeToken);
        }
    }
}
