namespace Peak.Clusters.Remote.Processes;

/// <summary>
/// One end of a pipe on an <see cref="EventLoop"/>; from its thread without a detour, from any other through it. A read of zero bytes
/// waits for data or the end.
/// </summary>
internal sealed class PipeStream : OneWayStream
{
    private readonly Descriptor _descriptor;
    // What goes on although whoever began it from another thread has given up.
    private Task? _waiting;
    private Task _writing = Task.CompletedTask;

    /// <summary>Takes over a non-blocking descriptor; also where it throws, the descriptor is closed.</summary>
    /// <param name="number">The descriptor.</param>
    /// <param name="writes">Whether it is the end that is written to.</param>
    public PipeStream(int number, bool writes = false) : base(writes) => _descriptor = new Descriptor(number, writes);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_descriptor.Loop.IsCurrent) return ReadElsewhereAsync(buffer, cancellationToken);
        if (buffer.IsEmpty) return _descriptor.ReadNothingAsync();
        var ready = _descriptor.ReadableAsync();
        if (!ready.IsCompleted) return WaitAndReadAsync(ready, buffer);
        int count = _descriptor.TryRead(buffer.Span);
        return count >= 0 ? new(count) : WaitAndReadAsync(_descriptor.ReadableAsync(), buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        _descriptor.Loop.IsCurrent
            ? throw new NotSupportedException("It would block the loop.")
            : base.Read(buffer, offset, count);

    /// <exception cref="IOException">Nobody reads any more.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_descriptor.Loop.IsCurrent)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Half of it can't be taken back, so all of it is written even if nobody waits: the buffer is the caller's again then.
            ReadOnlyMemory<byte> bytes = cancellationToken.CanBeCanceled ? buffer.ToArray() : buffer;
            var before = _writing;
            var writing = _descriptor.Loop.InvokeAsync(async () =>
            {
                await before;
                await WriteAsync(bytes, CancellationToken.None);
                return 0;
            });
            _writing = writing;
            await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        while (!buffer.IsEmpty)
        {
            await _descriptor.WritableAsync();
            if (_descriptor.TryWrite(buffer.Span) is > 0 and var count) buffer = buffer[count..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Use WriteAsync.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_descriptor.Loop.IsCurrent) _descriptor.Dispose();
            else _descriptor.Loop.Post(static descriptor => ((Descriptor)descriptor!).Dispose(), _descriptor);
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadElsewhereAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // Only the wait for data can be given up, which touches no buffer; the next read goes on waiting where this one stopped.
        if (cancellationToken.CanBeCanceled || _waiting is not null)
        {
            _waiting ??= _descriptor.Loop.InvokeAsync(() => _descriptor.ReadNothingAsync());
            await _waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
            _waiting = null;
        }

        return await _descriptor.Loop.InvokeAsync(() => ReadAsync(buffer, CancellationToken.None)).ConfigureAwait(false);
    }

    private async ValueTask<int> WaitAndReadAsync(ValueTask ready, Memory<byte> buffer)
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
