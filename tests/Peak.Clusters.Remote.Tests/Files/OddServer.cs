using System.Buffers.Binary;
using System.Text;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>A server of files that answers as a test says, also what no server should.</summary>
public sealed class OddServer
{
    private readonly DuplexPair _pair = new();

    /// <param name="answer">What is sent for a request: any bytes, of one packet, of several, of none; null closes the stream.</param>
    /// <param name="greeting">What is sent at first; what a server should where null.</param>
    public OddServer(Func<Request, byte[]?> answer, byte[]? greeting = null)
    {
        Done = ServeAsync(_pair.Server, answer, greeting ?? Packet(2, 3u));
    }

    public DuplexStream Stream => _pair.Client;

    public Task Done { get; }

    /// <summary>A packet of numbers (of their own sizes), texts, and bytes as they are.</summary>
    public static byte[] Packet(byte kind, params object[] fields)
    {
        var body = new MemoryStream();
        body.WriteByte(kind);
        foreach (object field in fields) Write(body, field);
        byte[] packet = [0, 0, 0, 0, .. body.ToArray()];
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length - 4);
        return packet;
    }

    public static byte[] Ok(Request request) => Packet(101, request.Id, 0u, "", "");

    /// <summary>An answer that opens a file or a folder.</summary>
    public static byte[] Handle(Request request) => Packet(102, request.Id, "h");

    private static void Write(MemoryStream body, object field)
    {
        Span<byte> number = stackalloc byte[8];
        switch (field)
        {
            case uint value:
                BinaryPrimitives.WriteUInt32BigEndian(number, value);
                body.Write(number[..4]);
                break;
            case ulong value:
                BinaryPrimitives.WriteUInt64BigEndian(number, value);
                body.Write(number);
                break;
            case string text:
                byte[] bytes = Encoding.Latin1.GetBytes(text);
                Write(body, (uint)bytes.Length);
                body.Write(bytes);
                break;
            case byte[] raw:
                body.Write(raw);
                break;
        }
    }

    private static async Task ServeAsync(DuplexStream stream, Func<Request, byte[]?> answer, byte[] greeting)
    {
        await using (stream)
        {
            byte[] head = new byte[9];
            await stream.ReadExactlyAsync(head);
            await stream.WriteAsync(greeting);
            while (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false) == head.Length)
            {
                byte[] body = new byte[BinaryPrimitives.ReadInt32BigEndian(head) - 5];
                await stream.ReadExactlyAsync(body);
                if (answer(new(head[4], BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(5)), body)) is not { } bytes) return;
                await stream.WriteAsync(bytes);
            }
        }
    }

    public sealed record Request(byte Kind, uint Id, byte[] Body);
}
