namespace Peak.Clusters.Remote.Processes;

/// <summary>The reading end of a pipe on an <see cref="EventLoop"/>. A read of zero bytes waits for data or the end.</summary>
internal sealed class PipeStream : Stream
{
    private readonly Descriptor _descriptor;

    /// <summary>Takes over a non-blocking descriptor; also where it throws, the descriptor is closed.</summary>
    public PipeStream(int number) => _descriptor = new Descriptor(number);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return _descriptor.ReadNothingAsync();
        var ready = _descriptor.ReadableAsync();
        if (!ready.IsCompleted) return WaitAndRead(ready, buffer);
        int count = _descriptor.TryRead(buffer.Span);
        return count >= 0 ? new(count) : WaitAndRead(_descriptor.ReadableAsync(), buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _descriptor.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> WaitAndRead(ValueTask ready, Memory<byte> buffer)
    {
        while (true)
        {
            await ready;
            int count = _descriptor.TryRead(buffer.Span);
            if (count >= 0) return count;
            ready = _descriptor.ReadableAsync();
        }
    }
}
