namespace Peak.Clusters.Remote.Connections;

/// <summary>What a channel of a connection may be.</summary>
public enum ChannelKind
{
    /// <summary>A command.</summary>
    Command,

    /// <summary>A command on a terminal.</summary>
    Terminal,

    /// <summary>A subsystem, such as <c>sftp</c>.</summary>
    Subsystem,

    /// <summary>A stream to a socket on the other side.</summary>
    Socket,
}
