using Peak.Clusters;
using Peak.Clusters.Hosting;
using Peak.Clusters.Hosting.Configuration;

namespace Microsoft.Extensions.Configuration;

/// <summary>Adds the properties of a cluster to a configuration.</summary>
/// <remarks>
/// Below the section (<c>peak:running:cluster</c> by default) stand <c>hostname</c>, <c>shortname</c>,
/// <c>groups:NAME</c> = <c>NAME</c> with <c>groups:NAME:0…</c> its hosts, and <c>hosts:NAME</c> = <c>NAME</c> with
/// <c>hosts:NAME:0…</c> its groups. <c>groups:__all__</c> and <c>groups:__orphans__</c> can be asked for, but are not
/// listed.
/// </remarks>
public static class ClusterConfigurationExtensions
{
    /// <summary>
    /// Adds the properties of the cluster file that the configuration names as <c>peak:running:cluster:_filename</c>,
    /// else as <c>CLUSTER</c>, else of the one that the environment variable <c>CLUSTER</c> names.
    /// </summary>
    /// <param name="builder">The configuration.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IConfigurationBuilder AddCluster(this IConfigurationBuilder builder) => AddCluster(builder, _ => { });

    /// <summary>Adds the properties of a cluster file.</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="path">The cluster file; a relative path is taken from the working directory.</param>
    /// <param name="optional">Whether the application may start without a good file; see <see cref="ClusterFileOptions.Optional"/>.</param>
    /// <param name="reloadOnChange">Whether changes of the file are followed.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="IOException">The file is missing or unreadable, and not <paramref name="optional"/>.</exception>
    /// <exception cref="ClusterFileException">The file has errors, and is not <paramref name="optional"/>.</exception>
    public static IConfigurationBuilder AddCluster(
        this IConfigurationBuilder builder, string path, bool optional = true, bool reloadOnChange = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return AddCluster(builder, options =>
        {
            options.Path = path;
            options.Optional = optional;
            options.ReloadOnChange = reloadOnChange;
        });
    }

    /// <summary>Adds the properties of a cluster file.</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="configure">Says which file, and how it is followed.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="IOException">There is no good file, and it is not optional.</exception>
    /// <exception cref="ClusterFileException">The file has errors, and is not optional.</exception>
    public static IConfigurationBuilder AddCluster(this IConfigurationBuilder builder, Action<ClusterFileOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ClusterFileOptions();
        configure(options);
        options.Validate();
        return builder.Add(new ClusterConfigurationSource(options));
    }

    /// <summary>
    /// Adds the properties of one snapshot, which never change: to bind one whole version, or for tests.
    /// </summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="cluster">The snapshot.</param>
    /// <param name="section">The section under which they stand.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IConfigurationBuilder AddCluster(
        this IConfigurationBuilder builder, Cluster cluster, string section = ClusterFileOptions.DefaultSection)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentException.ThrowIfNullOrEmpty(section);
        return builder.Add(new ClusterSnapshotSource(cluster, section));
    }
}
