using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using Peak.Clusters.Hosting;
using Peak.Clusters.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the groups of a cluster to service discovery.</summary>
public static class ClusterServiceDiscoveryExtensions
{
    /// <summary>
    /// Makes every group of the application's cluster a service: <c>http://web</c> is a host of the group <c>web</c>.
    /// A service that the configuration lists itself is left to it; a name that is no group to the next provider.
    /// </summary>
    /// <param name="services">The services; <c>AddCluster</c> and <c>AddServiceDiscovery</c> may come before or after.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddClusterEndpointProvider(this IServiceCollection services) =>
        services.AddClusterEndpointProvider(_ => { });

    /// <inheritdoc cref="AddClusterEndpointProvider(IServiceCollection)"/>
    /// <param name="services">The services; <c>AddCluster</c> and <c>AddServiceDiscovery</c> may come before or after.</param>
    /// <param name="configure">Sets ports and schemes, after the configuration has.</param>
    public static IServiceCollection AddClusterEndpointProvider(
        this IServiceCollection services, Action<ClusterEndpointProviderOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddServiceDiscoveryCore();
        if (!services.Any(s => s.ServiceType == typeof(IClusterMonitor))) services.AddCluster();
        services.AddOptions<ClusterEndpointProviderOptions>().Configure<IServiceProvider>(Bind).Configure(configure);
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ClusterEndpointProviderOptions>, ClusterEndpointProviderOptionsValidator>());
        services.TryAddSingleton<IOptionsChangeTokenSource<ClusterEndpointProviderOptions>>(provider =>
            new ConfigurationChangeTokenSource<ClusterEndpointProviderOptions>(
                provider.GetService<IConfiguration>() ?? new ConfigurationBuilder().Build()));
        InsertFactory(services);
        return services;
    }

    private static void Bind(ClusterEndpointProviderOptions options, IServiceProvider services)
    {
        // The keys are names of services and endpoints, so they are walked and not bound by name.
        var section = services.GetService<IConfiguration>()?.GetSection(ClusterEndpointProviderOptions.SectionName);
        foreach (var service in section?.GetChildren() ?? [])
        {
            var settings = options.Services[service.Key] = new ClusterServiceOptions { Group = service["Group"] };
            BindEndpoint(settings, service);
            foreach (var endpoint in service.GetSection("Endpoints").GetChildren())
                BindEndpoint(settings.Endpoints[endpoint.Key] = new ClusterEndpointOptions(), endpoint);
        }
    }

    private static void BindEndpoint(ClusterEndpointOptions endpoint, IConfigurationSection section)
    {
        endpoint.Scheme = section["Scheme"];
        if (section["Port"] is not { } port) return;
        endpoint.Port = int.TryParse(port, out int number)
            ? number
            : throw new OptionsValidationException(
                Options.Options.DefaultName, typeof(ClusterEndpointProviderOptions),
                [$"{section.Path}:Port is '{port}'; a port is 1 to 65535."]);
    }

    // After the provider of the application's own configuration, and before the one that takes any name for a host.
    private static void InsertFactory(IServiceCollection services)
    {
        var factory = ServiceDescriptor.Singleton<IServiceEndpointProviderFactory, ClusterEndpointProviderFactory>();
        if (services.Any(s => s.ImplementationType == factory.ImplementationType)) return;
        for (int i = 0; i < services.Count; i++)
        {
            if (services[i].ServiceType == typeof(IServiceEndpointProviderFactory)
                && services[i].ImplementationType?.Name.StartsWith("PassThrough", StringComparison.Ordinal) == true)
            {
                services.Insert(i, factory);
                return;
            }
        }

        services.Add(factory);
    }
}
