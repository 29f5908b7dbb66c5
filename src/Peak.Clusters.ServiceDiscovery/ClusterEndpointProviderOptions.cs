namespace Peak.Clusters.ServiceDiscovery;

/// <summary>
/// How groups of the cluster become services. Bound from the section <see cref="SectionName"/> of the configuration:
/// <code>
/// "ClusterServices": { "web": { "Port": 8080, "Endpoints": { "admin": { "Scheme": "https", "Port": 9443 } } } }
/// </code>
/// </summary>
public sealed class ClusterEndpointProviderOptions
{
    /// <summary>The section of the configuration the options are bound from: <c>ClusterServices</c>.</summary>
    public const string SectionName = "ClusterServices";

    /// <summary>
    /// The key of the cluster whose groups are services, where the application has several; the default is null, the
    /// one without a key.
    /// </summary>
    public string? ClusterKey { get; set; }

    /// <summary>
    /// What is special about a service, by its name in any case. A group without an entry is a service all the same,
    /// with the scheme and port of the request.
    /// </summary>
    public IDictionary<string, ClusterServiceOptions> Services { get; } =
        new Dictionary<string, ClusterServiceOptions>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What the hosts of a service listen to.</summary>
public class ClusterEndpointOptions
{
    /// <summary>The scheme, such as <c>https</c>; the default is null, the scheme of the request.</summary>
    public string? Scheme { get; set; }

    /// <summary>The port, 1 to 65535; the default is null, the port of the request, else the scheme's own.</summary>
    public int? Port { get; set; }
}

/// <summary>A service: the hosts of a group.</summary>
public sealed class ClusterServiceOptions : ClusterEndpointOptions
{
    /// <summary>The group whose hosts offer the service; the default is null, the group of the service's name.</summary>
    public string? Group { get; set; }

    /// <summary>Further endpoints of each host by their names: <c>http://_admin.web</c> asks for <c>admin</c>.</summary>
    public IDictionary<string, ClusterEndpointOptions> Endpoints { get; } =
        new Dictionary<string, ClusterEndpointOptions>(StringComparer.OrdinalIgnoreCase);
}
