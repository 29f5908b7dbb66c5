namespace Peak.Clusters.Remote.Files;

/// <summary>What a server of files answers where it did not do what it was asked; the numbers are those of the protocol.</summary>
public enum SftpStatus
{
    /// <summary>There is nothing more to read.</summary>
    EndOfFile = 1,

    /// <summary>There is no such file or folder.</summary>
    NoSuchFile = 2,

    /// <summary>The user on the host may not do that.</summary>
    PermissionDenied = 3,

    /// <summary>Anything else: servers don't say whether a disk is full, read-only, or something stands in the way.</summary>
    Failure = 4,

    /// <summary>What was sent, by us or by the server, is not the protocol.</summary>
    BadMessage = 5,

    /// <summary>There is no connection.</summary>
    NoConnection = 6,

    /// <summary>The connection was lost, or the server ended.</summary>
    ConnectionLost = 7,

    /// <summary>The server can't do that.</summary>
    Unsupported = 8,
}
