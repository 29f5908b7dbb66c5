using Peak.Clusters.ClusterShell;
using Peak.Clusters.NodeSets;

namespace Peak.Cli.CommandLine;

/// <summary>
/// The groups that a node set of the user may name: those of the cluster, whose source is called <c>cluster</c>, and
/// those of ClusterShell's configuration. Both are read when a node set needs them.
/// </summary>
/// <remarks>
/// Where a cluster is given or its file is named, it is the default source. Where none is, ClusterShell's sources are the only
/// ones; and where there are none of these either, the cluster, which is this machine alone.
/// </remarks>
internal sealed class NodeGroups
{
    private readonly Invocation _peak;
    private readonly bool _clusterFirst;
    private readonly string? _source;
    private readonly Lazy<Cluster> _cluster;
    private readonly Lazy<GroupSources> _ofCluster;
    private readonly Lazy<GroupSources> _all;

    /// <param name="peak">The invocation.</param>
    /// <param name="cluster">The cluster; null to load the one that is named, when it is needed.</param>
    /// <param name="groupsConf">A <c>groups.conf</c> to read instead of those that ClusterShell would; null for these.</param>
    /// <param name="source">The default source; null for the one of the remarks.</param>
    /// <param name="onFault">
    /// Told of faults of ClusterShell's configuration, the rest of which is then taken; null where a fault stops what is going on, as it
    /// must before a command runs on hosts.
    /// </param>
    public NodeGroups(
        Invocation peak,
        Cluster? cluster = null,
        string? groupsConf = null,
        string? source = null,
        Action<ClusterShellConfigurationException>? onFault = null)
    {
        _peak = peak;
        _clusterFirst = cluster is not null || (peak.ClusterPath is not null && groupsConf is null);
        _source = source;
        _cluster = new(() => cluster ?? peak.LoadCluster());
        _ofCluster = new(() => new GroupSources(_cluster.Value));
        _all = new(() => Order(
            groupsConf is null ? ClusterShellGroups.Load(onFault: onFault) : ClusterShellGroups.Load([groupsConf], onFault: onFault)));
    }

    /// <summary>The cluster.</summary>
    public Cluster Cluster => _cluster.Value;

    /// <summary>All sources, the default first.</summary>
    /// <exception cref="CommandFailure">ClusterShell's configuration is faulty, or there is no source of the name.</exception>
    public GroupSources Sources
    {
        get
        {
            try
            {
                return _all.Value;
            }
            catch (ClusterShellConfigurationException e)
            {
                throw CommandFailure.Failed(e.Message);
            }
            catch (NodeSetException e)
            {
                throw CommandFailure.Failed(e.Message);
            }
        }
    }

    /// <summary>The set that a text of the user means.</summary>
    /// <param name="text">The text.</param>
    /// <param name="warn">Whether to warn of what does nothing in it.</param>
    /// <param name="more">Sources that it may name besides.</param>
    /// <exception cref="CommandFailure">The text is no node set, or there is no such group.</exception>
    public NodeSet Evaluate(string text, bool warn = false, IEnumerable<IGroupSource>? more = null)
    {
        if (!NodeSetExpression.TryParse(text, out var expression, out var error)) throw Failure(text, error);
        var sources = more is not null ? new GroupSources(Sources.All.Concat(more))
            : expression.IsConstant ? GroupSources.None
            : SourcesFor(text);
        if (!expression.TryEvaluate(sources, out var set, out error)) throw Failure(text, error);
        if (warn)
            foreach (var idle in expression.FindIdleParts(sources)) _peak.Warn(Describe(text, idle));
        return set;
    }

    /// <summary>Says it where a source does not know which groups nodes are in, which looks as if they were in none.</summary>
    /// <exception cref="CommandFailure">The source fails to answer.</exception>
    public void WarnIfBlind(NodeSet nodes, string? source)
    {
        try
        {
            var asked = Sources[source];
            if (!nodes.IsEmpty && asked.GroupsOf(nodes[0]) is null && asked.Groups is null)
            {
                _peak.Warn($"the group source '{asked.Name}' does not know which groups a node is in: "
                    + "it has no 'list', 'mapall' or 'reverse' command");
            }
        }
        catch (NodeSetException)
        {
            // Whoever asks it for the groups is told.
        }
    }

    /// <summary>Tells what is wrong with a text, and where.</summary>
    public static CommandFailure Failure(string text, NodeSetError error) => CommandFailure.Failed(Describe(text, error));

    private static string Describe(string text, NodeSetError error)
    {
        const int window = 60;
        int start = text.Length <= window ? 0 : Math.Clamp(error.Position - window / 2, 0, text.Length - window);
        string before = start > 0 ? "…" : "", after = start + window < text.Length ? "…" : "";
        string piece = text.Length <= window ? text : $"{before}{text.AsSpan(start, window)}{after}";
        return $"'{TerminalText.Escape(piece)}', character {error.Position + 1}: {error}";
    }

    // Other sources than the cluster are read only for those who ask for them.
    private GroupSources SourcesFor(string text) =>
        _clusterFirst && _source is null && !text.Contains(':', StringComparison.Ordinal) && !text.Contains("@@", StringComparison.Ordinal)
            ? _ofCluster.Value
            : Sources;

    private GroupSources Order(IReadOnlyList<IGroupSource> others)
    {
        var sources = !_clusterFirst && others.Count > 0 ? new GroupSources(others) : new GroupSources(_ofCluster.Value.All.Concat(others));
        return _source is null ? sources : new GroupSources(sources.All.Prepend(sources[_source]).Distinct());
    }
}
