using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Hosting;
using Peak.Clusters.Remote.Local;
using Peak.Clusters.Remote.OpenSsh;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds commands on hosts to an application.</summary>
public static class ClusterCommandsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="CommandRunner"/>, as one object for the application, with its options from the section <c>ClusterCommands</c> of
    /// the configuration, logging, and all <see cref="IRunObserver"/> services. An <see cref="IConnector"/> that is there already is used
    /// in place of the one of <see cref="ClusterCommandsOptions.Transport"/>, a <see cref="TimeProvider"/> in place of the system's.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options after they were read; nothing by default.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="OptionsValidationException">At the start of the host: a setting is wrong; the message names it.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddClusterCommands();
    /// app.MapGet("/uptime", async (CommandRunner runner, Cluster cluster) =>
    ///     (await runner.CollectAsync(RemoteCommand.Shell("uptime"), cluster.Resolve("@web"))).Select(host => host.OutputText));
    /// </code>
    /// </example>
    public static IServiceCollection AddClusterCommands(this IServiceCollection services, Action<ClusterCommandsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ClusterCommandsOptions>()
            .Configure<IServiceProvider>((options, provider) =>
                provider.GetService<IConfiguration>()?.GetSection(ClusterCommandsOptions.SectionName).Bind(options))
            .Configure(options => configure?.Invoke(options))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterCommandsOptions>, ClusterCommandsOptionsValidator>());
        services.TryAddSingleton(CreateConnector);
        services.TryAddSingleton(CreateRunner);
        return services;
    }

    private static IConnector CreateConnector(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ClusterCommandsOptions>>().Value;
        return options.Transport switch
        {
            CommandTransport.Exec => new ExecConnector(),
            CommandTransport.Local => new LocalConnector(),
            _ when OperatingSystem.IsWindows() => throw new PlatformNotSupportedException("OpenSSH shares no connections on Windows."),
            _ => new OpenSshConnector(options.ToSshOptions(), services.GetService<TimeProvider>()),
        };
    }

    private static CommandRunner CreateRunner(IServiceProvider services)
    {
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var options = services.GetRequiredService<IOptions<ClusterCommandsOptions>>().Value;
        IEnumerable<IRunObserver> log = services.GetService<ILogger<CommandRunner>>() is { } logger ? [new RunLog(logger, time)] : [];
        return new(services.GetRequiredService<IConnector>(), options.ToRunOptions(), time)
        {
            Observers = [.. log, .. services.GetServices<IRunObserver>()],
        };
    }
}
