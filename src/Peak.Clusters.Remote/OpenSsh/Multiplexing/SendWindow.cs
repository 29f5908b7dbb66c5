using System.Buffers;

namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>How much the host is ready to take of a command's input, and the sending of it.</summary>
internal sealed class SendWindow
{
    private const int BufferSize = 16 * 1024;
    private readonly Lock _gate = new();
    private long _size;
    private TaskCompletionSource? _grown;

    /// <summary>The largest piece the host takes, in bytes.</summary>
    public uint MaxPacket { get; set; } = BufferSize;

    public void Grow(uint count)
    {
        lock (_gate)
        {
            _size += count;
            _grown?.TrySetResult();
            _grown = null;
        }
    }

    /// <summary>Sends a stream to its end, and disposes of it.</summary>
    public async Task SendAsync(Stream input, MuxConnection connection, uint channel, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var writer = new WireWriter();
        try
        {
            await using var _ = input.ConfigureAwait(false);
            int most = (int)Math.Min(MaxPacket, BufferSize);
            while (true)
            {
                int room = Math.Min(most, await TakeAsync(most, cancellationToken).ConfigureAwait(false));
                int count = await input.ReadAsync(buffer.AsMemory(0, room), cancellationToken).ConfigureAwait(false);
                Grow((uint)(room - count));
                writer.Clear();
                if (count == 0) writer.Begin(SshMessage.ChannelEof).UInt32(channel).End();
                else writer.Begin(SshMessage.ChannelData).UInt32(channel).String(buffer.AsSpan(0, count)).End();
                await connection.SendAsync(writer.Written, cancellationToken).ConfigureAwait(false);
                if (count == 0) break;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or EndOfStreamException) { }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<int> TakeAsync(int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (_size > 0)
                {
                    int taken = (int)Math.Min(_size, most);
                    _size -= taken;
                    return taken;
                }

                grown = (_grown ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await grown.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
