using System.Buffers;

namespace Peak.Clusters.Remote.OpenSsh.Multiplexing;

/// <summary>How much the host is ready to take on a channel, and the sending of it.</summary>
internal sealed class SendWindow(MuxConnection connection, uint channel, uint maxPacket)
{
    /// <summary>As much as sshd takes in a packet (CHAN_SES_PACKET_DEFAULT): the fewer packets, the less work for ssh and sshd.</summary>
    private const int BufferSize = 32 * 1024;
    private readonly int _most = (int)Math.Min(maxPacket, BufferSize);
    private readonly Lock _gate = new();
    private WireWriter? _writer;
    private long _size;
    private TaskCompletionSource? _grown;

    public void Grow(uint count)
    {
        lock (_gate)
        {
            _size += count;
            _grown?.TrySetResult();
            _grown = null;
        }
    }

    /// <summary>Sends bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="over">Canceled when the channel has ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The channel has ended, or the connection was lost.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken over, CancellationToken cancellationToken)
    {
        var writer = Interlocked.Exchange(ref _writer, null) ?? new();
        while (!bytes.IsEmpty)
        {
            int count;
            try
            {
                count = await TakeAsync(Math.Min(_most, bytes.Length), over, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                throw new EndOfStreamException("Nobody reads the channel any more.");
            }

            writer.Clear();
            writer.Begin(SshMessage.ChannelData).UInt32(channel).String(bytes.Span[..count]).End();
            await connection.SendAsync(writer.Written, cancellationToken).ConfigureAwait(false);
            bytes = bytes[count..];
        }

        _writer = writer;
    }

    /// <summary>Sends a stream to its end.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="over">Canceled when the channel has ended.</param>
    /// <exception cref="OperationCanceledException">The channel has ended.</exception>
    /// <exception cref="IOException">The stream can't be read, or the connection was lost.</exception>
    public async ValueTask SendAsync(Stream input, CancellationToken over)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var writer = new WireWriter();
        try
        {
            while (true)
            {
                int room = await TakeAsync(_most, over, CancellationToken.None).ConfigureAwait(false);
                int count = await input.ReadAsync(buffer.AsMemory(0, room), over).ConfigureAwait(false);
                Grow((uint)(room - count));
                if (count == 0) return;
                writer.Clear();
                writer.Begin(SshMessage.ChannelData).UInt32(channel).String(buffer.AsSpan(0, count)).End();
                await connection.SendAsync(writer.Written, over).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<int> TakeAsync(int most, CancellationToken over, CancellationToken cancellationToken)
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

            if (!cancellationToken.CanBeCanceled)
            {
                await grown.WaitAsync(over).ConfigureAwait(false);
                continue;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(over, cancellationToken);
            await grown.WaitAsync(either.Token).ConfigureAwait(false);
        }
    }
}
