namespace Peak.Clusters.Remote;

/// <summary>Why a target was not reached, or was lost.</summary>
public enum HostFailure
{
    /// <summary>Something else; the message of the outcome says what.</summary>
    Other,

    /// <summary>The name could not be resolved to an address.</summary>
    NameNotFound,

    /// <summary>The host answered that nothing listens on the port.</summary>
    Refused,

    /// <summary>No route to the host or its network.</summary>
    NoRoute,

    /// <summary>No connection within <see cref="RunOptions.ConnectTimeout"/>.</summary>
    ConnectTimeout,

    /// <summary>The host's key is unknown.</summary>
    HostKey,

    /// <summary>The host's key is not the one that is known of it, or it is revoked: somebody may be in between.</summary>
    HostKeyChanged,

    /// <summary>The host did not let the user in.</summary>
    Authentication,

    /// <summary>The connection ended while the work went on: how that ended is unknown.</summary>
    ConnectionLost,
}
