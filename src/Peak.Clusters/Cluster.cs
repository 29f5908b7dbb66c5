using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters;

/// <summary>
/// The immutable snapshot of a cluster: what one cluster file says, or this machine alone. Safe for any number of
/// threads.
/// </summary>
/// <remarks>
/// Order everywhere is that of the lines on which names are first mentioned. Names are compared byte for byte:
/// <c>web</c> and <c>Web</c> are two hosts, and so are <c>n1</c> and <c>n01</c>.
/// </remarks>
public sealed class Cluster
{
    /// <summary>The name of the implied group of all hosts.</summary>
    public const string AllName = "__all__";

    /// <summary>The name of the implied group of the hosts listed before the first section.</summary>
    public const string OrphansName = "__orphans__";

    internal const int AllId = -1;
    private readonly ConcurrentDictionary<int, ClusterHost> _hosts = new();
    private readonly ConcurrentDictionary<int, HostGroup> _groups = new();

    internal Cluster(ClusterModel model, string? path, string hostName)
    {
        Model = model;
        Path = path;
        HostName = hostName;
        Hosts = new HostList(this, model.HostIds);
        Groups = new HostGroupList(this, model.GroupIds);
        All = new HostGroup(this, AllName, AllId);
        Orphans = new HostGroup(this, OrphansName, model.OrphansId);
    }

    /// <summary>The file; null where the cluster is this machine alone, or a text.</summary>
    public string? Path { get; }

    /// <summary>All hosts.</summary>
    public HostList Hosts { get; }

    /// <summary>All groups the file declares, without <see cref="Orphans"/> and <see cref="All"/>.</summary>
    public HostGroupList Groups { get; }

    /// <summary>The hosts listed before the first section, as the group <c>__orphans__</c>.</summary>
    public HostGroup Orphans { get; }

    /// <summary>All hosts, as the group <c>__all__</c>.</summary>
    public HostGroup All { get; }

    /// <summary>This machine's network host name when the cluster was read.</summary>
    public string HostName { get; }

    /// <summary>The part of <see cref="HostName"/> before its first <c>.</c>.</summary>
    public string ShortName => ShortNameOf(HostName);

    /// <summary>
    /// The host that is this machine: the one called <see cref="HostName"/>, else the only one whose name before its
    /// first <c>.</c> is <see cref="ShortName"/>; null where there is none or more than one of them.
    /// </summary>
    public ClusterHost? LocalHost => Hosts.TryGetValue(HostName, out var host) ? host : field ??= FindByShortName();

    /// <summary>
    /// The cluster file that the environment variable <c>CLUSTER</c> names, whether it exists or not; null where it names
    /// none. It is the file of <see cref="Load(bool)"/>.
    /// </summary>
    public static string? DefaultPath => ClusterLocator.FileFromEnvironment();

    /// <summary>
    /// Reads the cluster file that the environment variable <c>CLUSTER</c> names; where it names none or the file does
    /// not exist, the cluster is this machine alone.
    /// </summary>
    /// <param name="lenient">Take PEAK's meaning of a file with errors instead of refusing it.</param>
    /// <exception cref="ClusterFileException">The file has errors, and <paramref name="lenient"/> is false.</exception>
    /// <exception cref="IOException">The file exists and can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Reading the file is not allowed.</exception>
    public static Cluster Load(bool lenient = false) =>
        DefaultPath is { } path && File.Exists(path) ? Load(path, lenient) : OfThisMachine();

    /// <summary>Reads a cluster file.</summary>
    /// <param name="path">The file, which must exist.</param>
    /// <param name="lenient">Take PEAK's meaning of a file with errors instead of refusing it.</param>
    /// <exception cref="ClusterFileException">The file has errors, and <paramref name="lenient"/> is false.</exception>
    /// <exception cref="IOException">
    /// The file does not exist, can't be read, or has a line longer than <see cref="ClusterFile.MaxLineLength"/>.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">Reading the file is not allowed.</exception>
    public static Cluster Load(string path, bool lenient = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // Most files have nothing odd in them and are read without keeping their text. Only the checker can tell
        // whether something odd is an error, and it wants the whole text.
        using var file = ClusterLocator.Open(path);
        return ClusterLocator.TryReadPlain(file) is { } model
            ? new Cluster(model, path, ClusterLocator.HostName())
            : FromFile(ClusterFile.Load(file, path), lenient);
    }

    /// <summary>
    /// Reads the cluster file that the environment variable <c>CLUSTER</c> names; where it names none or the file does
    /// not exist, the cluster is this machine alone.
    /// </summary>
    /// <param name="lenient">Take PEAK's meaning of a file with errors instead of refusing it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ClusterFileException">The file has errors, and <paramref name="lenient"/> is false.</exception>
    /// <exception cref="IOException">The file exists and can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Reading the file is not allowed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<Cluster> LoadAsync(bool lenient = false, CancellationToken cancellationToken = default) =>
        DefaultPath is { } path && File.Exists(path) ? LoadAsync(path, lenient, cancellationToken) : Task.FromResult(OfThisMachine());

    /// <summary>Reads a cluster file without keeping a thread waiting for the disk.</summary>
    /// <param name="path">The file, which must exist.</param>
    /// <param name="lenient">Take PEAK's meaning of a file with errors instead of refusing it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ClusterFileException">The file has errors, and <paramref name="lenient"/> is false.</exception>
    /// <exception cref="IOException">
    /// The file does not exist, can't be read, or has a line longer than <see cref="ClusterFile.MaxLineLength"/>.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">Reading the file is not allowed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>The whole text is in memory while it is read; <see cref="Load(string, bool)"/> reads it piece by piece.</remarks>
    public static async Task<Cluster> LoadAsync(string path, bool lenient = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] text;
        var file = ClusterLocator.Open(path, FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
            text = await ClusterLocator.ReadToEndAsync(file, path, cancellationToken).ConfigureAwait(false);
        return ClusterLocator.TryReadPlain(text) is { } model
            ? new Cluster(model, path, ClusterLocator.HostName())
            : FromFile(ClusterFile.Parse(text, path), lenient);
    }

    /// <summary>Takes the cluster from a text.</summary>
    /// <param name="text">The text of a cluster file.</param>
    /// <param name="lenient">Take PEAK's meaning of a text with errors instead of refusing it.</param>
    /// <exception cref="ClusterFileException">The text has errors, and <paramref name="lenient"/> is false.</exception>
    public static Cluster Parse(string text, bool lenient = false) => FromFile(ClusterFile.Parse(text), lenient);

    /// <summary>Takes the cluster from a parsed file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="lenient">Take PEAK's meaning of a file with errors instead of refusing it.</param>
    /// <exception cref="ClusterFileException">The file has errors, and <paramref name="lenient"/> is false.</exception>
    public static Cluster FromFile(ClusterFile file, bool lenient = false)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!lenient && file.Diagnostics.Any(d => d.Severity == Severity.Error))
            throw new ClusterFileException(file.Path, file.Diagnostics);
        var builder = new ClusterModelBuilder(file.Text.Length);
        builder.AddLines(file.Text);
        return new Cluster(builder.Build(), file.Path, ClusterLocator.HostName());
    }

    /// <summary>The cluster where no file says otherwise: this machine alone, as an orphan.</summary>
    public static Cluster OfThisMachine()
    {
        var builder = new ClusterModelBuilder(0);
        string name = ClusterLocator.HostName();
        builder.AddLines(ByteText.GetBytes(name));
        return new Cluster(builder.Build(), null, name);
    }

    /// <summary>The hosts that a node set means here: <c>@web,db[1-4]!@down</c>.</summary>
    /// <param name="nodes">The node set (docs/node-sets.md). It may name hosts that are not in the file.</param>
    /// <exception cref="NodeSetException">The text is no node set, or names a group that there isn't.</exception>
    public NodeSet Resolve(string nodes) => NodeSetExpression.Parse(nodes).Evaluate(this);

    /// <summary>The hosts that a node set means here, if it means any: <c>@web,db[1-4]!@down</c>.</summary>
    /// <param name="text">The node set (docs/node-sets.md). It may name hosts that are not in the file.</param>
    /// <param name="nodes">The hosts, if the text is a node set and all its groups are known; blank, it is the empty set.</param>
    /// <param name="error">What is wrong, where, and what to do, if not.</param>
    /// <returns>Whether the text means a set of hosts.</returns>
    public bool TryResolve(string? text, [NotNullWhen(true)] out NodeSet? nodes, [NotNullWhen(false)] out NodeSetError? error)
    {
        nodes = null;
        return NodeSetExpression.TryParse(text, out NodeSetExpression? expression, out error)
            && expression.TryEvaluate(new GroupSources(this), out nodes, out error);
    }

    internal ClusterModel Model { get; }

    internal ClusterHost HostById(int id) => _hosts.GetOrAdd(id, static (id, cluster) => new ClusterHost(cluster, id), this);

    // A group that the file itself calls __all__ is not what it lists but all hosts.
    internal HostGroup GroupById(int id) =>
        id == Model.OrphansId
            ? Orphans
            : _groups.GetOrAdd(id, static (id, cluster) =>
                cluster.NameById(id) is var name and not AllName ? new HostGroup(cluster, name, id) : cluster.All, this);

    internal string NameById(int id) => Utf8Names.Decode(Model.NameOf(id));

    internal int FindName(string name) => Model.Find(ByteText.GetBytes(name));

    private ClusterHost? FindByShortName()
    {
        string name = ShortName;
        ClusterHost? found = null;
        foreach (var host in Hosts)
        {
            if (ShortNameOf(host.Name) != name) continue;
            if (found is not null) return null;
            found = host;
        }

        return found;
    }

    private static string ShortNameOf(string name) => name.IndexOf('.') is >= 0 and var dot ? name[..dot] : name;
}
