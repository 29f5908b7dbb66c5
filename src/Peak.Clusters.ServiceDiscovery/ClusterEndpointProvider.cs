using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using Peak.Clusters.Hosting;

namespace Peak.Clusters.ServiceDiscovery;

/// <summary>Resolves a service to the hosts of the group of its name.</summary>
internal sealed partial class ClusterEndpointProvider(
    ServiceEndpointQuery query,
    IClusterMonitor monitor,
    IOptionsMonitor<ClusterEndpointProviderOptions> options,
    TimeSpan refreshPeriod,
    TimeProvider time,
    ILogger<ClusterEndpointProvider> logger) : IServiceEndpointProvider
{
    // Long enough for the other providers of a refresh to end after ours, short enough for nobody to wait for it.
    private static readonly TimeSpan RefreshDelay = TimeSpan.FromMilliseconds(100);

    public ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        if (endpoints.Endpoints.Count != 0)
        {
            Log.Skipped(logger, query.ServiceName, "another provider has answered");
            return default;
        }

        // The token before the cluster: a change between the two then only costs a refresh.
        var changed = monitor.GetChangeToken();
        var cluster = monitor.Current;
        var service = options.CurrentValue.Services.TryGetValue(query.ServiceName, out var configured) ? configured : new();
        if (FindGroup(cluster, service.Group ?? query.ServiceName) is not { } group)
        {
            if (service.Group is not null)
                throw new InvalidOperationException(
                    $"The cluster has no group '{service.Group}', which the service '{query.ServiceName}' is to be.");
            // Other providers may have no way to tell of changes and rely on a timer, which any token at all ends
            // (https://github.com/dotnet/extensions/issues/7013); so this one also fires when the timer would.
            endpoints.AddChangeToken(new DeferredChangeToken(changed, RefreshDelay, time, refreshPeriod));
            Log.Skipped(logger, query.ServiceName, "no group has its name");
            return default;
        }

        endpoints.AddChangeToken(new DeferredChangeToken(changed, RefreshDelay, time));
        if (group.Hosts.Count == 0)
            throw new InvalidOperationException($"The group '{group.Name}' has no hosts, so the service '{query.ServiceName}' is nowhere.");
        var endpoint = FindEndpoint(service);
        foreach (var host in group.Hosts) endpoints.Endpoints.Add(Create(host.Name, endpoint));
        Log.Resolved(logger, query.ServiceName, group.Hosts.Count, group.Name);
        return default;
    }

    public ValueTask DisposeAsync() => default;

    public override string ToString() => "Cluster";

    // A URI has its host in lower case, a cluster file has not.
    private static HostGroup? FindGroup(Cluster cluster, string name)
    {
        if (cluster.Groups.TryGetValue(name, out var exact)) return exact;
        var similar = cluster.Groups.Where(g => g.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
        return similar.Length < 2 ? similar.FirstOrDefault() : throw new InvalidOperationException(
            $"The service '{name}' could be the group '{similar[0].Name}' or '{similar[1].Name}'; "
            + $"name one in {ClusterEndpointProviderOptions.SectionName}:{name}:Group.");
    }

    private ClusterEndpointOptions FindEndpoint(ClusterServiceOptions service)
    {
        ClusterEndpointOptions? endpoint = service;
        if (!string.IsNullOrEmpty(query.EndpointName) && !service.Endpoints.TryGetValue(query.EndpointName, out endpoint))
            throw new InvalidOperationException(
                $"The service '{query.ServiceName}' has no endpoint '{query.EndpointName}'; "
                + $"add {ClusterEndpointProviderOptions.SectionName}:{query.ServiceName}:Endpoints:{query.EndpointName}.");
        if (endpoint.Scheme is { } scheme && query.IncludedSchemes.Count > 0
            && !query.IncludedSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))
            throw new InvalidOperationException(
                $"The service '{query.ServiceName}' speaks {scheme}, and {string.Join(" or ", query.IncludedSchemes)} was asked for.");
        return endpoint;
    }

    private ServiceEndpoint Create(string host, ClusterEndpointOptions options)
    {
        bool isAddress = IPAddress.TryParse(host, out var address);
        ServiceEndpoint? endpoint;
        if (options.Scheme is null)
        {
            endpoint = ServiceEndpoint.Create(
                isAddress ? new IPEndPoint(address!, options.Port ?? 0) : new DnsEndPoint(host, options.Port ?? 0));
        }
        else
        {
            string authority = isAddress && host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
            string uri = $"{options.Scheme}://{authority}{(options.Port is { } port ? $":{port}" : "")}";
            if (!ServiceEndpoint.TryParse(uri, out endpoint))
                throw new InvalidOperationException($"The host '{host}' of the service '{query.ServiceName}' makes no address: {uri}");
        }

        endpoint.Features.Set<IServiceEndpointProvider>(this);
        return endpoint;
    }
}
