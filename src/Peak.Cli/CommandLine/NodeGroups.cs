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
    private readonly bool _clusterFirst;
    private readonly string? _source;
    private readonly Lazy<Cluster> _cluster;
    private readonly Lazy<GroupSources> _ofCluster;
    private readonly Lazy<GroupSources> _all;

    /// <param name="peak">The invocation.</param>
    /// <param name="cluster">The cluster; null to load the one that is named, when it is needed.</param>
    /// <param name="groupsConf">A <c>groups.conf</c> to read instead of those that ClusterShell would; null for these.</param>
    /// <param name="source">The default source; null for the one of the remarks.</param>
    public NodeGroups(Invocation peak, Cluster? cluster = null, string? groupsConf = null, string? source = null)
    {
        _clusterFirst = cluster is not null || (peak.ClusterPath is not null && groupsConf is null);
        _source = source;
        _cluster = new(() => cluster ?? peak.LoadCluster());
        _ofCluster = new(() => new GroupSources(_cluster.Value));
        _all = new(() => Order(groupsConf is null ? ClusterShellGroups.Load() : ClusterShellGroups.Load([groupsConf])));
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
    /// <exception cref="CommandFailure">The text is no node set, or there is no such group.</exception>
    public NodeSet Evaluate(string text)
    {
        if (!NodeSetExpression.TryParse(text, out var expression, out var error)) throw Failure(text, error);
        if (expression.IsConstant) return expression.Evaluate();
        return expression.TryEvaluate(SourcesFor(text), out var set, out error) ? set : throw Failure(text, error);
    }

    /// <summary>Tells what is wrong with a text, and where.</summary>
    public static CommandFailure Failure(string text, NodeSetError error)
    {
        const int window = 60;
        int start = text.Length <= window ? 0 : Math.Clamp(error.Position - window / 2, 0, text.Length - window);
        string before = start > 0 ? "…" : "", after = start + window < text.Length ? "…" : "";
        string piece = text.Length <= window ? text : $"{before}{text.AsSpan(start, window)}{after}";
        return CommandFailure.Failed($"'{TerminalText.Escape(piece)}', character {error.Position + 1}: {error}");
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
