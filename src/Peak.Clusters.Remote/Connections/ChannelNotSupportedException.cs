namespace Peak.Clusters.Remote.Connections;

/// <summary>A kind of connection does not have the kind of channel that was asked for; another connector may.</summary>
/// <param name="kind">The kind of channel.</param>
/// <param name="message">What to do; null for a sentence that names the kind.</param>
public sealed class ChannelNotSupportedException(ChannelKind kind, string? message = null) : NotSupportedException(message ?? Words(kind))
{
    /// <summary>The kind of channel that was asked for.</summary>
    public ChannelKind Kind => kind;

    private static string Words(ChannelKind kind) => kind switch
    {
        ChannelKind.Command => "This kind of connection can't run commands.",
        ChannelKind.Terminal => "This kind of connection has no terminals.",
        ChannelKind.Subsystem => "This kind of connection has no subsystems; one by OpenSSH has.",
        _ => "This kind of connection can't reach sockets on the other side; a shared one by OpenSSH can.",
    };
}
