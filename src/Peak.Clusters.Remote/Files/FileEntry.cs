namespace Peak.Clusters.Remote.Files;

/// <summary>A file, a folder or a symbolic link of a <see cref="FileManifest"/>, as it was when that was made.</summary>
public sealed class FileEntry
{
    internal FileEntry() { }

    /// <summary>
    /// Its path: the name of the source it is of, or is in, and what is below that. Bytes that are no UTF-8 are as
    /// <see cref="ByteText"/> has them.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>What it is: a file, a folder or a symbolic link.</summary>
    public required SftpFileKind Kind { get; init; }

    /// <summary>The size of a file in bytes; 0 for all else.</summary>
    public long Size { get; init; }

    /// <summary>
    /// Its permissions; without set-user-id, and for a file without set-group-id, which are not for others to have. Null where it keeps
    /// those of what it replaces.
    /// </summary>
    public UnixFileMode? Permissions { get; init; }

    /// <summary>The number of its owner; null where it came as a stream.</summary>
    public uint? User { get; init; }

    /// <summary>The number of its group; null where it came as a stream.</summary>
    public uint? Group { get; init; }

    /// <summary>When its contents were changed last, in whole seconds; null where it is to count as new.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Where a symbolic link leads; null for all else.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The index of an entry before it that is another name of the same file; null where there is none.</summary>
    public int? SameFileAs { get; internal set; }

    /// <summary>Where it is on this machine; null where it came as a stream.</summary>
    internal string? Source { get; init; }

    /// <summary>The length of the source's name in <see cref="Path"/>.</summary>
    internal int RootLength { get; init; }

    /// <summary>The index of the folder that it is in; -1 for a source itself.</summary>
    internal int Parent { get; init; }

    /// <summary>How it is recognised when it is read.</summary>
    internal FileIdentity Identity { get; init; }

    /// <summary>What is in a folder, by name.</summary>
    internal IReadOnlyDictionary<string, int> Children { get; set; } = None;

    internal static IReadOnlyDictionary<string, int> None { get; } = new Dictionary<string, int>();
}
