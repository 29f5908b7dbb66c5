namespace Peak.Clusters.Remote.OpenSsh;

/// <summary>What the user's <c>known_hosts</c> files say about the keys that a host shows.</summary>
public enum HostKeyState
{
    /// <summary>Nothing: the host is not in them.</summary>
    Unknown,

    /// <summary>One of the keys stands there, and none contradicts what does.</summary>
    Known,

    /// <summary>
    /// The host is there, with another key of one of these types, or with none of these: it was set up anew, or somebody pretends to
    /// be it.
    /// </summary>
    Changed,

    /// <summary>One of the keys stands there as revoked.</summary>
    Revoked,

    /// <summary>The host showed no key.</summary>
    Unreachable,
}
