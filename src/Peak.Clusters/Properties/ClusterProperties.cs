namespace Peak.Clusters.Properties;

/// <summary>The properties of a cluster, and the rules that find and load it.</summary>
/// <remarks>
/// Source: the PEAK documentation of its cluster utilities. Below <c>peak.running.cluster.</c> stand
/// <list type="table">
/// <item><term><c>hostname</c></term><description>this machine's network host name</description></item>
/// <item><term><c>shortname</c></term><description>the part of it before the first <c>.</c></description></item>
/// <item><term><c>hosts</c>, <c>groups.__all__</c></term><description>tuple: all hosts</description></item>
/// <item><term><c>groups</c></term><description>tuple: the groups the file declares</description></item>
/// <item><term><c>groups.__orphans__</c></term><description>tuple: the hosts listed before the first section</description></item>
/// <item><term><c>groups.NAME</c></term><description>tuple: the hosts of a group</description></item>
/// <item><term><c>hosts.NAME</c></term><description>tuple: the groups of a host</description></item>
/// </list>
/// A host or group whose name has no place in a property name is exported under <see cref="PropertyName.Force"/> of it;
/// of several that become the same, the first.
/// </remarks>
public static class ClusterProperties
{
    /// <summary>What the names of all cluster properties begin with.</summary>
    public const string Prefix = "peak.running.cluster.";

    /// <summary>The property that names the cluster file before any other does.</summary>
    public const string FileNameProperty = Prefix + "_filename";

    /// <summary>
    /// Adds <c>environ.*</c>, the environment as it is when first read, and <c>__main__.*</c>, the application's own
    /// settings, which are those set under such names, else those of <c>environ.*</c>.
    /// </summary>
    /// <param name="map">The map.</param>
    /// <returns><paramref name="map"/>.</returns>
    /// <exception cref="InvalidOperationException">The rules are there and have been read.</exception>
    public static PropertyMap AddEnvironment(this PropertyMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return map
            .LoadOnDemand(PropertyName.Parse("environ.*"), static map =>
            {
                foreach (var (name, value) in ClusterLocator.EnvironmentVariables())
                    SetUnlessSet(map, "environ." + name, new PropertyValue(value));
            })
            .Set(PropertyName.Parse("__main__.*"), static (map, name) =>
                map.TryGetValue("environ." + name["__main__.".Length..], out var value) ? value : null);
    }

    /// <summary>
    /// Adds <c>peak.running.cluster.*</c>: read when first asked for from the file that the property
    /// <c>peak.running.cluster._filename</c> names, else <c>__main__.CLUSTER</c>, else <c>environ.CLUSTER</c>. Where none
    /// does, or the file does not exist, the cluster is this machine alone.
    /// </summary>
    /// <param name="map">The map.</param>
    /// <param name="lenient">Take PEAK's meaning of a file with errors instead of refusing it.</param>
    /// <returns><paramref name="map"/>. A reader may then see the exceptions of <see cref="Cluster.Load(string, bool)"/>.</returns>
    /// <exception cref="InvalidOperationException">The rule is there and has been read.</exception>
    public static PropertyMap AddCluster(this PropertyMap map, bool lenient = false)
    {
        ArgumentNullException.ThrowIfNull(map);
        return map.LoadOnDemand(PropertyName.Parse(Prefix + "*"), map =>
        {
            string? path = FileName(map);
            Define(map, path is not null && File.Exists(path) ? Cluster.Load(path, lenient) : Cluster.OfThisMachine());
        });
    }

    /// <summary>Adds <c>peak.running.cluster.*</c> with the properties of a cluster that is there already.</summary>
    /// <param name="map">The map.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns><paramref name="map"/>.</returns>
    /// <exception cref="InvalidOperationException">The rule is there and has been read.</exception>
    public static PropertyMap AddCluster(this PropertyMap map, Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return map.AddCluster(() => cluster);
    }

    /// <summary>Adds <c>peak.running.cluster.*</c> with the properties of a cluster that is loaded when first asked for.</summary>
    /// <param name="map">The map.</param>
    /// <param name="load">Loads the cluster; called once, when the first property is asked for, and again if it throws.</param>
    /// <returns><paramref name="map"/>. A reader may then see what <paramref name="load"/> throws.</returns>
    /// <exception cref="InvalidOperationException">The rule is there and has been read.</exception>
    public static PropertyMap AddCluster(this PropertyMap map, Func<Cluster> load)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(load);
        return map.LoadOnDemand(PropertyName.Parse(Prefix + "*"), map => Define(map, load()));
    }

    /// <summary>The cluster file that the properties of a map name; null for none.</summary>
    /// <param name="map">The map.</param>
    public static string? FileName(PropertyMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        foreach (string name in (ReadOnlySpan<string>)[FileNameProperty, "__main__.CLUSTER", "environ.CLUSTER"])
            if (map.TryGetValue(name, out var value) && !value.IsTuple && value.Items[0].Length > 0) return value.Items[0];
        return null;
    }

    private static void Define(PropertyMap map, Cluster cluster)
    {
        SetUnlessSet(map, Prefix + "hostname", cluster.HostName);
        SetUnlessSet(map, Prefix + "shortname", cluster.ShortName);
        var all = Names(cluster.Hosts.Select(h => h.Name));
        SetUnlessSet(map, Prefix + "hosts", all);
        SetUnlessSet(map, Prefix + "groups", Names(cluster.Groups.Select(g => g.Name)));
        SetUnlessSet(map, Prefix + "groups." + Cluster.AllName, all);
        SetUnlessSet(map, Prefix + "groups." + Cluster.OrphansName, Names(cluster.Orphans.Hosts.Select(h => h.Name)));
        foreach (var group in cluster.Groups)
            SetUnlessSet(map, Prefix + "groups." + group.Name, Once(() => group.Hosts.Select(h => h.Name)));
        foreach (var host in cluster.Hosts)
            SetUnlessSet(map, Prefix + "hosts." + host.Name, Once(() => host.Groups.Select(g => g.Name)));
    }

    private static PropertyValue Names(IEnumerable<string> names) => new([.. names]);

    // A tuple is made when it is first asked for: most never are.
    private static PropertyRule Once(Func<IEnumerable<string>> names)
    {
        PropertyValue? value = null;
        return (_, _) => value ??= Names(names());
    }

    private static void SetUnlessSet(PropertyMap map, string name, PropertyValue value) =>
        SetUnlessSet(map, name, (_, _) => value);

    // What the application has set itself stays, and so does the first of two names forced into the same.
    private static void SetUnlessSet(PropertyMap map, string name, PropertyRule rule)
    {
        var forced = PropertyName.Force(name);
        if (!map.Defines(forced.ToString())) map.Set(forced, rule);
    }
}
