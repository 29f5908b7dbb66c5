namespace Peak.Clusters.Remote.OpenSsh.Multiplexing;

/// <summary>Messages between a client and an <c>ssh</c> that shares its connection (OpenSSH's PROTOCOL.mux, version 4).</summary>
internal enum MuxMessage : uint
{
    Hello = 0x00000001,
    AliveCheck = 0x10000004,
    Terminate = 0x10000005,
    StopListening = 0x10000009,
    Proxy = 0x1000000f,
    Ok = 0x80000001,
    PermissionDenied = 0x80000002,
    Failure = 0x80000003,
    Alive = 0x80000005,
    ProxyGranted = 0x8000000f,
}

/// <summary>Messages of the SSH connection protocol (RFC 4254 §9) that a channel needs.</summary>
internal enum SshMessage : byte
{
    ChannelOpen = 90,
    ChannelOpenConfirmation = 91,
    ChannelOpenFailure = 92,
    ChannelWindowAdjust = 93,
    ChannelData = 94,
    ChannelExtendedData = 95,
    ChannelEof = 96,
    ChannelClose = 97,
    ChannelRequest = 98,
    ChannelSuccess = 99,
    ChannelFailure = 100,
}

/// <summary>An ssh master does not speak as it should, or refused what was asked of it.</summary>
internal sealed class MuxException(string message) : IOException(message);
