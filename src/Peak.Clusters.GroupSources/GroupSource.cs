namespace Peak.Clusters.GroupSources;

/// <summary>
/// A namespace of node groups that stands outside the cluster file: <c>@racks:r1</c> is the group <c>r1</c> of the
/// source <c>racks</c>. Answers are texts in node set notation, because a group may name other groups of its source.
/// </summary>
public abstract class GroupSource
{
    /// <summary>Makes a source.</summary>
    /// <param name="name">Its name.</param>
    protected GroupSource(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The name before the <c>:</c> in <c>@name:group</c>.</summary>
    public string Name { get; }

    /// <summary>Whether <see cref="GroupsOf"/> answers; otherwise ask every group for its nodes.</summary>
    public virtual bool CanReverse => false;

    /// <summary>All groups, in the source's order, each once.</summary>
    /// <exception cref="GroupSourceException">The source can't tell.</exception>
    public abstract IReadOnlyList<string> ListGroups();

    /// <summary>The nodes of a group.</summary>
    /// <param name="group">The exact name.</param>
    /// <returns>Node sets between commas or white space; null where there is no such group.</returns>
    /// <exception cref="GroupSourceException">The source can't tell.</exception>
    public abstract string? NodesOf(string group);

    /// <summary>All nodes.</summary>
    /// <returns>Node sets between commas or white space; null where it is the union of all groups.</returns>
    /// <exception cref="GroupSourceException">The source can't tell.</exception>
    public abstract string? AllNodes();

    /// <summary>The groups of a node.</summary>
    /// <param name="node">The exact name.</param>
    /// <exception cref="NotSupportedException"><see cref="CanReverse"/> is false.</exception>
    /// <exception cref="GroupSourceException">The source can't tell.</exception>
    public virtual IReadOnlyList<string> GroupsOf(string node) => throw new NotSupportedException();
}
