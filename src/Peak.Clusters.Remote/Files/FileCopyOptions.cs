namespace Peak.Clusters.Remote.Files;

/// <summary>How files are copied.</summary>
public sealed record FileCopyOptions
{
    /// <summary>
    /// Whether hosts are only looked at: each prints a line for what would be <c>new</c> there, what <c>differs</c>, of what only the
    /// <c>mode</c> does, and what it would <c>delete</c>. The default is false.
    /// </summary>
    public bool DryRun { get; init; }

    /// <summary>Whether the folders above the destination are made where they don't exist. The default is false.</summary>
    public bool MakeParents { get; init; }

    /// <summary>
    /// Whether a file is on the host's disk before it takes its place, where the server can do that
    /// (<see cref="SftpFeatures.Sync"/>). The default is false.
    /// </summary>
    public bool Durable { get; init; }

    /// <summary>
    /// Whether a symbolic link that stands in the place of a file or a folder is followed: what it leads to is the place then. A link that
    /// is copied takes its place in any case. The default is false. Not with <see cref="DeleteOthers"/>.
    /// </summary>
    public bool FollowLinks { get; init; }

    /// <summary>
    /// Whether a file on the host is the same where its contents are, by SHA-256, and not where its size and time are. That takes a shell
    /// there and a program like <c>sha256sum</c>; where a host has none, the copy to it fails. The default is false.
    /// </summary>
    public bool Checksum { get; init; }

    /// <summary>
    /// Whether the contents of a file, by SHA-256 as for <see cref="Checksum"/>, are compared with those of the source before it takes its
    /// place. The default is false.
    /// </summary>
    public bool Verify { get; init; }

    /// <summary>
    /// Whether copied folders become mirrors: what is in them on the host and not in the source is deleted, once all else is done. What a
    /// <see cref="FileFilter"/> leaves out stays. The default is false.
    /// </summary>
    public bool DeleteOthers { get; init; }

    /// <summary>The permissions of all files; null, the default, for those they have.</summary>
    public UnixFileMode? Permissions { get; init; }

    /// <summary>
    /// Whether everything belongs there to the user and the group that it belongs to here, by their numbers; for that the server has to be
    /// root's (<see cref="FileWork.Server"/>). The default is false: then it belongs to the server's user.
    /// </summary>
    public bool KeepOwner { get; init; }

    /// <summary>
    /// To whom everything belongs there: <c>USER:GROUP</c>, or <c>USER</c>, with his own group; names that the host has in
    /// <c>/etc/passwd</c> and <c>/etc/group</c>, or numbers. Null, the default, for what <see cref="KeepOwner"/> says.
    /// </summary>
    /// <exception cref="ArgumentException">It can't be that.</exception>
    public string? Owner
    {
        get;
        init
        {
            if (value is not null && !Copying.HostOwner.IsWellFormed(value))
                throw new ArgumentException("An owner is USER or USER:GROUP, by name or number.", nameof(value));
            field = value;
        }
    }

    /// <summary>What is appended to the name of a file that is kept when another takes its place; null, the default, keeps none.</summary>
    /// <exception cref="ArgumentException">It is empty, or has a <c>/</c>.</exception>
    public string? BackupSuffix
    {
        get;
        init
        {
            if (value is not null && (value.Length == 0 || value.AsSpan().ContainsAny('/', '\0')))
                throw new ArgumentException("A suffix is some characters without '/'.", nameof(value));
            field = value;
        }
    }
}
