using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Peak.Clusters;
using Peak.Clusters.Hosting;
using Peak.Clusters.Hosting.DependencyInjection;
using Peak.Clusters.Properties;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds clusters to the services of an application.</summary>
public static class ClusterServiceCollectionExtensions
{
    /// <summary>
    /// Adds the cluster: <see cref="IClusterMonitor"/>, the live one, for everybody; and, one for each scope (each request),
    /// <see cref="Cluster"/> and a <see cref="PropertyMap"/> over the same snapshot, whose <c>__main__.*</c> is the
    /// application's configuration. Which file, the configuration and the environment say; see
    /// <see cref="ClusterFileOptions.Path"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddCluster(this IServiceCollection services) => AddCluster(services, _ => { });

    /// <summary>Adds the cluster of a file.</summary>
    /// <param name="services">The services.</param>
    /// <param name="path">The cluster file; a relative path is taken from the working directory.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddCluster(this IServiceCollection services, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return AddCluster(services, options => options.Path = path);
    }

    /// <summary>Adds the cluster.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says which file, and how it is followed.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddCluster(this IServiceCollection services, Action<ClusterFileOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        services.TryAddSingleton(provider => new ClusterPropertyMaps(provider.GetService<IConfiguration>()));
        services.TryAddSingleton(provider => ClusterService.Create(provider, Options.Options.DefaultName));
        services.TryAddSingleton<IClusterMonitor>(provider => provider.GetRequiredService<ClusterService>());
        services.TryAddScoped(provider => provider.GetRequiredService<IClusterMonitor>().Current);
        services.TryAddScoped(provider =>
            provider.GetRequiredService<ClusterPropertyMaps>().Create(provider.GetRequiredService<Cluster>()));
        services.AddHostedService(provider => new ClusterStarter(provider.GetRequiredService<IClusterMonitor>()));
        return services;
    }

    /// <summary>Adds one of several clusters: the same services as <c>AddCluster</c>, under a key.</summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The key; injected with <c>[FromKeyedServices(key)]</c>.</param>
    /// <param name="path">The cluster file; a relative path is taken from the working directory.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddKeyedCluster(this IServiceCollection services, string key, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return AddKeyedCluster(services, key, options => options.Path = path);
    }

    /// <summary>Adds one of several clusters: the same services as <c>AddCluster</c>, under a key.</summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The key; injected with <c>[FromKeyedServices(key)]</c>.</param>
    /// <param name="configure">Says which file, and how it is followed.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddKeyedCluster(this IServiceCollection services, string key, Action<ClusterFileOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(key, configure);
        services.TryAddSingleton(provider => new ClusterPropertyMaps(provider.GetService<IConfiguration>()));
        services.TryAddKeyedSingleton(key, (provider, _) => ClusterService.Create(provider, key));
        services.TryAddKeyedSingleton<IClusterMonitor>(key, (provider, _) => provider.GetRequiredKeyedService<ClusterService>(key));
        services.TryAddKeyedScoped(key, (provider, _) => provider.GetRequiredKeyedService<IClusterMonitor>(key).Current);
        services.TryAddKeyedScoped(key, (provider, _) =>
            provider.GetRequiredService<ClusterPropertyMaps>().Create(provider.GetRequiredKeyedService<Cluster>(key)));
        services.AddSingleton<IHostedService>(provider => new ClusterStarter(provider.GetRequiredKeyedService<IClusterMonitor>(key)));
        return services;
    }
}
