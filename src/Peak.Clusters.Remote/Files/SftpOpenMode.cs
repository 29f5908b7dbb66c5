namespace Peak.Clusters.Remote.Files;

/// <summary>What a file of a host is opened for; the numbers are those of the protocol.</summary>
[Flags]
public enum SftpOpenMode
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>To read it.</summary>
    Read = 1,

    /// <summary>To write it.</summary>
    Write = 2,

    /// <summary>To write at its end, wherever that is.</summary>
    Append = 4,

    /// <summary>It is made where there is none.</summary>
    Create = 8,

    /// <summary>It is emptied.</summary>
    Truncate = 16,

    /// <summary>With <see cref="Create"/>: something that exists, a link too, is a failure.</summary>
    Exclusive = 32,
}
