namespace Peak.Clusters.NodeSets;

/// <summary>
/// Somebody who knows groups of nodes: <c>@group</c> asks the default source, <c>@name:group</c> the one of that name.
/// </summary>
/// <remarks>
/// Groups that a member's expression names are looked for in the same source, unless they name another. A source that
/// fails to answer throws a <see cref="NodeSetException"/> that says why.
/// </remarks>
public interface IGroupSource
{
    /// <summary>The name of the source, without <c>@</c> and <c>:</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether answers come from commands that are run for them, so that asking takes time; false where a source does not
    /// say otherwise.
    /// </summary>
    bool RunsCommands => false;

    /// <summary>The names of all groups, without <c>@</c>; null where the source can't list them.</summary>
    IEnumerable<string>? Groups { get; }

    /// <summary>The members of a group.</summary>
    /// <param name="group">The name of the group, without <c>@</c>.</param>
    /// <returns>The members, null where there is no such group.</returns>
    NodeSetExpression? Find(string group);

    /// <summary>All nodes; null, the default, for the members of all groups.</summary>
    NodeSetExpression? All => null;

    /// <summary>The names of all groups that have a node; null, the default, where the source has to be searched for them.</summary>
    /// <param name="node">The name of the node.</param>
    IEnumerable<string>? GroupsOf(string node) => null;
}
