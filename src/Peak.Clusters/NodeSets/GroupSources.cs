using Peak.Clusters.NodeSets.Groups;

namespace Peak.Clusters.NodeSets;

/// <summary>The sources of groups that an expression is evaluated with. Immutable; as safe for threads as its sources.</summary>
public sealed class GroupSources
{
    private readonly IGroupSource[] _sources;

    /// <summary>A cluster, whose source is called <c>cluster</c> and is the default, and further sources.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="others">Further sources.</param>
    public GroupSources(Cluster cluster, params IEnumerable<IGroupSource> others)
        : this([new ClusterGroupSource(cluster ?? throw new ArgumentNullException(nameof(cluster))), .. others])
    {
    }

    /// <summary>Some sources, of which the first is the default.</summary>
    /// <param name="sources">The sources. Where two have the same name, the first is meant.</param>
    public GroupSources(IEnumerable<IGroupSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        _sources = [.. sources];
    }

    /// <summary>No source: each group is an error.</summary>
    public static GroupSources None { get; } = new([]);

    /// <summary>All sources, the default first.</summary>
    public IReadOnlyList<IGroupSource> All => _sources;

    /// <summary>The source of groups that name none; null where there is no source.</summary>
    public IGroupSource? Default => _sources.Length > 0 ? _sources[0] : null;

    /// <summary>The source of a name.</summary>
    /// <param name="name">The name; empty or null for the default.</param>
    /// <exception cref="NodeSetException">There is no such source.</exception>
    public IGroupSource this[string? name] => Find(name ?? "", null);

    /// <summary>The nodes of a group.</summary>
    /// <param name="group">Its name, without <c>@</c>.</param>
    /// <param name="source">The name of its source; empty or null for the default.</param>
    /// <exception cref="NodeSetException">There is no such group or source, or its definition is wrong.</exception>
    public NodeSet NodesOf(string group, string? source = null) => new NodeSetEvaluation(this).Group(group, this[source], 0);

    /// <summary>All nodes of a source.</summary>
    /// <param name="source">The name of the source; empty or null for the default.</param>
    /// <exception cref="NodeSetException">There is no such source, or a definition is wrong.</exception>
    public NodeSet AllNodes(string? source = null) => new NodeSetEvaluation(this).All(this[source], 0);

    /// <summary>The groups that have at least one of some nodes, ordered by name.</summary>
    /// <remarks>
    /// A source that knows the groups of a node is asked for them where there are no more nodes than groups; else all groups are
    /// searched. Of one that knows neither its groups nor those of a node, there are none.
    /// </remarks>
    /// <param name="nodes">The nodes.</param>
    /// <param name="source">The name of the source; empty or null for the default.</param>
    /// <returns>The names, without <c>@</c>, and all nodes of each.</returns>
    /// <exception cref="NodeSetException">There is no such source, or a definition is wrong.</exception>
    public IReadOnlyList<KeyValuePair<string, NodeSet>> GroupsOf(NodeSet nodes, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var asked = this[source];
        var evaluation = new NodeSetEvaluation(this);
        var ofNodes = GroupsOfEach(nodes, asked);
        var result = new List<KeyValuePair<string, NodeSet>>();
        foreach (string name in (ofNodes ?? asked.Groups ?? []).Distinct().Order(StringComparer.Ordinal))
        {
            var members = evaluation.Group(name, asked, 0);
            if (ofNodes is not null || members.Overlaps(nodes)) result.Add(new(name, members));
        }

        return result;
    }

    /// <summary>Writes a set by the groups that lie wholly within it, largest first, and the nodes that are left.</summary>
    /// <param name="nodes">The set.</param>
    /// <param name="source">
    /// The name of the source, which then precedes each group: <c>@source:group</c>; empty or null for the default.
    /// </param>
    /// <param name="options">How it is written; <see cref="RegroupOptions.Default"/> if null.</param>
    /// <exception cref="NodeSetException">There is no such source, or a definition is wrong.</exception>
    public string Regroup(NodeSet nodes, string? source = null, RegroupOptions? options = null)
    {
        options ??= RegroupOptions.Default;
        string prefix = string.IsNullOrEmpty(source) || options.OmitSource ? "@" : $"@{source}:";
        var covering = Cover(nodes, out var rest, source, options.AllowOverlap);
        if (covering.Count == 0) return nodes.ToString(options.Folding);
        string groups = NodeSet.Of(covering.Select(group => prefix + group)).ToString(options.Folding);
        return rest.IsEmpty ? groups : $"{groups},{rest.ToString(options.Folding)}";
    }

    /// <summary>The groups that together make up as much of a set as they can: each lies wholly within it.</summary>
    /// <param name="nodes">The set.</param>
    /// <param name="rest">The nodes of the set that are in none of the groups.</param>
    /// <param name="source">The name of the source; empty or null for the default.</param>
    /// <param name="allowOverlap">Whether groups may have nodes in common.</param>
    /// <returns>The names of the groups, without <c>@</c>, the largest first.</returns>
    /// <exception cref="NodeSetException">There is no such source, or a definition is wrong.</exception>
    public IReadOnlyList<string> Cover(NodeSet nodes, out NodeSet rest, string? source = null, bool allowOverlap = false)
    {
        var covering = new List<string>();
        rest = nodes;
        foreach (var (group, members) in GroupsOf(nodes, source).Where(g => g.Value.IsSubsetOf(nodes))
            .OrderByDescending(g => g.Value.LongCount).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            if (!allowOverlap && !members.IsSubsetOf(rest)) continue;
            covering.Add(group);
            rest = rest.Except(members);
            if (rest.IsEmpty) break;
        }

        return covering;
    }

    /// <summary>The names of the groups of each node; null where the source can't tell, or where it is less to search all groups.</summary>
    private static HashSet<string>? GroupsOfEach(NodeSet nodes, IGroupSource source)
    {
        // For one node, its groups are never more to ask for than all groups.
        if (nodes.IsEmpty) return null;
        if (nodes.LongCount > 1 && ListIfPossible(source)?.Count() is > 0 and var all && all < nodes.LongCount) return null;
        var names = new HashSet<string>();
        try
        {
            foreach (string node in nodes)
            {
                if (source.GroupsOf(node) is not { } groups) return null;
                names.UnionWith(groups);
            }
        }
        catch (NodeSetException) when (ListIfPossible(source) is not null)
        {
            return null;
        }

        return names;
    }

    private static IEnumerable<string>? ListIfPossible(IGroupSource source)
    {
        try
        {
            return source.Groups;
        }
        catch (NodeSetException)
        {
            return null;
        }
    }

    internal IGroupSource Find(string name, IGroupSource? @default)
    {
        if (name.Length == 0)
            return @default ?? Default ?? throw Error("There are no groups here.", "Name a cluster file or another source of groups.");
        return Array.Find(_sources, s => s.Name == name)
            ?? throw Error(
                $"There is no group source '{name}'{DidYouMean(Suggestion.For(name, _sources.Select(s => s.Name)))}",
                _sources.Length == 0
                    ? "Name a cluster file or another source of groups."
                    : $"The sources are: {string.Join(", ", _sources.Select(s => s.Name))}.");
    }

    /// <summary>The names of all groups of a source, sorted.</summary>
    internal static IEnumerable<string> List(IGroupSource source) =>
        (source.Groups ?? throw CannotList(source)).Distinct().Order(StringComparer.Ordinal);

    internal NodeSetException Unknown(string group, IGroupSource source)
    {
        string name = ReferenceEquals(source, Default) ? $"@{group}" : $"@{source.Name}:{group}";
        string prefix = name[..^group.Length];
        string? near = Suggestion.For(group, source.Groups ?? []);
        return Error($"There is no group '{name}'{DidYouMean(near is null ? null : prefix + near)}",
            source.Groups is null
                ? $"Name a group of the source '{source.Name}'." : "Name a group that there is; '@@' stands for their names.");
    }

    /// <summary>How an error about an unknown name ends, with a near one if there is one.</summary>
    internal static string DidYouMean(string? near) => near is null ? "." : $"; did you mean '{near}'?";

    private static NodeSetException CannotList(IGroupSource source) =>
        Error($"The group source '{source.Name}' can't list its groups.", "Name a group of it.");

    private static NodeSetException Error(string message, string remedy) => new(new NodeSetError(0, 0, message, remedy));
}

/// <summary>How <see cref="GroupSources.Regroup"/> writes a set. Immutable.</summary>
public sealed record RegroupOptions
{
    /// <summary>Groups do not overlap and are preceded by their source if one was named.</summary>
    public static RegroupOptions Default { get; } = new();

    /// <summary>Whether groups may have nodes in common; false by default.</summary>
    public bool AllowOverlap { get; init; }

    /// <summary>Whether to write <c>@group</c> where a source was named; false by default.</summary>
    public bool OmitSource { get; init; }

    /// <summary>How groups and the nodes that are left are folded.</summary>
    public FoldOptions Folding { get; init; } = FoldOptions.Default;
}
