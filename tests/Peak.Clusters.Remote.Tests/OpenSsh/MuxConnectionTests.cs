using System.Net.Sockets;
using CsCheck;
using Peak.Clusters.Remote.OpenSsh.Multiplexing;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

public sealed class MuxConnectionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peak-mux-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Packets_are_read_as_they_were_written_however_they_are_cut()
    {
        var (listener, path) = Listen();
        using var _ = listener;
        await Gen.Select(Gen.Byte.Array[0, 9000].Array[0, 8], Gen.Int[1, 5000]).SampleAsync(
            async (bodies, piece) =>
            {
                using var connection = await MuxConnection.ConnectAsync(path, Cancel);
                using var peer = await listener.AcceptAsync(Cancel);
                var writer = new WireWriter();
                foreach (byte[] body in bodies) writer.Begin(SshMessage.ChannelData).String(body).End();
                var sending = Task.Run(async () =>
                {
                    for (var rest = writer.Written; !rest.IsEmpty; rest = rest[Math.Min(piece, rest.Length)..])
                        await peer.SendAsync(rest[..Math.Min(piece, rest.Length)], Cancel);
                    peer.Shutdown(SocketShutdown.Both);
                });
                foreach (byte[] body in bodies)
                {
                    var packet = await connection.ReadAsync(Cancel);
                    Assert.Equal(body, Body(packet!.Value.Span));
                }

                Assert.Null(await connection.ReadAsync(Cancel));
                await sending;
            },
            iter: 200,
            threads: 1);
    }

    [Theory]
    [InlineData("0000000800000001ffffffff", "version")] // a hello of another version
    [InlineData("000000088000000300000000", "no ssh master")] // no hello at all
    [InlineData("0000000300000001", "ends too early")]
    [InlineData("ffffffff", "bytes")]
    [InlineData("00040001", "262145 bytes")]
    [InlineData("00000008000000010000000400000010800000020000000000000004426f6f21", "refused: Boo!")]
    public async Task What_does_not_speak_the_protocol_is_not_believed(string answer, string fault)
    {
        var (listener, path) = Listen();
        using var _ = listener;
        using var connection = await MuxConnection.ConnectAsync(path, Cancel);
        using var peer = await listener.AcceptAsync(Cancel);
        await peer.SendAsync(Convert.FromHexString(answer), Cancel);
        peer.Shutdown(SocketShutdown.Send);
        var exception = await Assert.ThrowsAsync<MuxException>(async () => await connection.RequestAsync(MuxMessage.Proxy, null, Cancel));
        Assert.Contains(fault, exception.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static byte[] Body(ReadOnlySpan<byte> packet)
    {
        var reader = new WireReader(packet);
        Assert.Equal(0, reader.Byte());
        Assert.Equal((byte)SshMessage.ChannelData, reader.Byte());
        return reader.String().ToArray();
    }

    private (Socket Listener, string Path) Listen()
    {
        string path = Path.Join(_folder.FullName, "s");
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        return (listener, path);
    }
}
