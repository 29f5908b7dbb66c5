namespace Peak.Clusters.Remote.Files;

/// <summary>What stands under a name on a host.</summary>
public enum SftpFileKind
{
    /// <summary>The server does not say.</summary>
    Unknown,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A device, a socket or a FIFO.</summary>
    Special,
}
