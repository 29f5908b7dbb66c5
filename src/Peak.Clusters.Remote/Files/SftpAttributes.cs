namespace Peak.Clusters.Remote.Files;

/// <summary>
/// What is known of a file on a host, or what is to be set: null where a server does not say, and where nothing is to be changed.
/// </summary>
public readonly record struct SftpAttributes
{
    /// <summary>The size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>The number of the owner. Set together with <see cref="Group"/>.</summary>
    public uint? User { get; init; }

    /// <summary>The number of the group. Set together with <see cref="User"/>.</summary>
    public uint? Group { get; init; }

    /// <summary>The permissions, with set-user-id, set-group-id and the sticky bit.</summary>
    public UnixFileMode? Permissions { get; init; }

    /// <summary>What it is. Can't be set.</summary>
    public SftpFileKind Kind { get; init; }

    /// <summary>How many names it has, where the listing of a folder says so. Can't be set.</summary>
    public int? Links { get; init; }

    /// <summary>
    /// When it was read last, in whole seconds from 1970 to 2106, as the protocol has it. Set together with <see cref="ModifiedAt"/>.
    /// </summary>
    public DateTimeOffset? AccessedAt { get; init; }

    /// <summary>When its contents were changed last, in whole seconds. Set together with <see cref="AccessedAt"/>.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }
}
