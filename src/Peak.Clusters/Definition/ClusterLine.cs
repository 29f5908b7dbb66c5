namespace Peak.Clusters.Definition;

/// <summary>What a line of a cluster file says.</summary>
public enum ClusterLineKind
{
    /// <summary>Nothing but white space.</summary>
    Blank,

    /// <summary>A comment: the first character that is not white space is a <c>#</c>.</summary>
    Comment,

    /// <summary><c>GROUP:name</c>, which opens a section of hosts.</summary>
    Group,

    /// <summary><c>LUMP:name</c>, which opens a section of names of groups.</summary>
    Lump,

    /// <summary>A member of the section it stands in; before the first section, an orphan.</summary>
    Member,
}

/// <summary>One line of a cluster file: what it says, and where.</summary>
/// <param name="Kind">What the line says.</param>
/// <param name="Span">The whole line with its line end.</param>
/// <param name="Content">The line without the white space around it and without its line end.</param>
/// <param name="Name">
/// The name the line mentions, without white space around it: a member, or what stands after the first <c>:</c> of a
/// <c>GROUP:</c> or <c>LUMP:</c> line. Empty for blank lines and comments.
/// </param>
public readonly record struct ClusterLine(ClusterLineKind Kind, TextSpan Span, TextSpan Content, TextSpan Name)
{
    /// <summary>Whether the line opens a section.</summary>
    public bool IsSection => Kind is ClusterLineKind.Group or ClusterLineKind.Lump;
}
