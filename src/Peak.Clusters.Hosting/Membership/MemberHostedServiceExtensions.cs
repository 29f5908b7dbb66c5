using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peak.Clusters.Hosting;
using Peak.Clusters.Hosting.Membership;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Runs hosted services on some hosts of a cluster only.</summary>
public static class MemberHostedServiceExtensions
{
    /// <summary>
    /// Runs a hosted service while this machine is one of the hosts that its <see cref="MemberOfAttribute"/> names.
    /// </summary>
    /// <typeparam name="T">The service.</typeparam>
    /// <param name="services">The services, <c>AddCluster</c> among them.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> has no such attribute.</exception>
    /// <exception cref="Peak.Clusters.NodeSets.NodeSetException">Its expression is none.</exception>
    public static IServiceCollection AddHostedServiceFor<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IServiceCollection services)
        where T : class, IHostedService
    {
        var members = typeof(T).GetCustomAttribute<MemberOfAttribute>()
            ?? throw new InvalidOperationException($"{typeof(T)} has no [MemberOf(…)]; give it one, or pass the node set.");
        return AddHostedServiceFor<T>(services, members.Nodes, members.Key);
    }

    /// <summary>
    /// Runs a hosted service while this machine is one of certain hosts of the cluster: it is created and started when
    /// the file makes it one, and stopped and disposed when the file no longer does.
    /// </summary>
    /// <typeparam name="T">The service; each start has a new instance, in a scope of its own.</typeparam>
    /// <param name="services">The services, <c>AddCluster</c> among them.</param>
    /// <param name="nodes">A node-set expression, for example <c>@scheduler</c>.</param>
    /// <param name="key">The key of the cluster; null for the one without a key.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="Peak.Clusters.NodeSets.NodeSetException"><paramref name="nodes"/> is no node-set expression.</exception>
    public static IServiceCollection AddHostedServiceFor<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IServiceCollection services, string nodes, string? key = null)
        where T : class, IHostedService
    {
        ArgumentNullException.ThrowIfNull(services);
        var members = Members.Parse(nodes);
        return services.AddSingleton<IHostedService>(provider => new MemberHostedService<T>(
            provider,
            provider.GetRequiredKeyedService<IClusterMonitor>(key),
            members,
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Peak.Clusters.Membership")));
    }
}
