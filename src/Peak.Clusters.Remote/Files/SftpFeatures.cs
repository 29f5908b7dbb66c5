namespace Peak.Clusters.Remote.Files;

/// <summary>What a server of files can do beyond version 3 of the protocol: OpenSSH's extensions.</summary>
[Flags]
public enum SftpFeatures
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A file is replaced by another in one step (<c>posix-rename@openssh.com</c>).</summary>
    ReplacingRename = 1,

    /// <summary>A file's contents are made to survive a crash (<c>fsync@openssh.com</c>).</summary>
    Sync = 2,

    /// <summary>Another name for a file (<c>hardlink@openssh.com</c>).</summary>
    HardLinks = 4,

    /// <summary>Attributes of a symbolic link itself are set (<c>lsetstat@openssh.com</c>).</summary>
    LinkAttributes = 8,

    /// <summary>The server tells how large requests may be (<c>limits@openssh.com</c>).</summary>
    Limits = 16,

    /// <summary>How full a file system is (<c>statvfs@openssh.com</c>).</summary>
    Space = 32,

    /// <summary>The server copies from file to file (<c>copy-data</c>).</summary>
    CopyData = 64,

    /// <summary>Where a user is at home (<c>home-directory</c>).</summary>
    HomeFolders = 128,

    /// <summary>The meaning of <c>~</c> (<c>expand-path@openssh.com</c>).</summary>
    ExpandPath = 256,
}
