using System.Net;
using System.Net.Sockets;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.OpenSsh.Multiplexing;

/// <summary>The messages of a channel (RFC 4254 §5 and §6, and OpenSSH's PROTOCOL §2.4), as they are written.</summary>
internal static class ChannelMessages
{
    /// <summary>Asks for a channel.</summary>
    /// <param name="writer">Where the message is written.</param>
    /// <param name="address">The socket on the other side that it leads to; null for a command or a subsystem.</param>
    /// <param name="window">How many bytes may come before we grant more.</param>
    /// <param name="maxPacket">The most bytes of a packet that comes.</param>
    public static WireWriter OpenChannel(this WireWriter writer, EndPoint? address, uint window, uint maxPacket)
    {
        writer.Begin(SshMessage.ChannelOpen)
            .String(address switch
            {
                null => "session"u8,
                UnixDomainSocketEndPoint => "direct-streamlocal@openssh.com"u8,
                _ => "direct-tcpip"u8,
            })
            .UInt32(0).UInt32(window).UInt32(maxPacket);
        switch (address)
        {
            case UnixDomainSocketEndPoint socket:
                writer.String(socket.ToString()).String(""u8).UInt32(0);
                break;
            case DnsEndPoint name:
                writer.String(name.Host).UInt32((uint)name.Port).String("127.0.0.1"u8).UInt32(0);
                break;
            case IPEndPoint ip:
                writer.String(ip.Address.ToString()).UInt32((uint)ip.Port).String("127.0.0.1"u8).UInt32(0);
                break;
        }

        return writer.End();
    }

    /// <summary>Begins a request on a channel; what belongs to it follows.</summary>
    public static WireWriter BeginRequest(this WireWriter writer, uint channel, string name, bool wantReply) =>
        writer.Begin(SshMessage.ChannelRequest).UInt32(channel).String(name).Byte(wantReply ? (byte)1 : (byte)0);

    /// <summary>Asks for a terminal, whose modes are as the host has them (an empty list: TTY_OP_END).</summary>
    public static WireWriter RequestTerminal(this WireWriter writer, uint channel, TerminalRequest terminal) =>
        writer.BeginRequest(channel, "pty-req", wantReply: true).String(terminal.Kind)
            .UInt32((uint)terminal.Size.Columns).UInt32((uint)terminal.Size.Rows).UInt32(0).UInt32(0).String([0]).End();

    /// <summary>A message that says all by its kind, and at most a number.</summary>
    public static WireWriter Message(this WireWriter writer, SshMessage type, uint channel, uint? value = null)
    {
        writer.Begin(type).UInt32(channel);
        if (value is { } number) writer.UInt32(number);
        return writer.End();
    }
}
