using System.Threading.Tasks.Sources;

namespace Peak.Clusters.Remote.Processes;

/// <summary>
/// A non-blocking descriptor of this process, closed by <see cref="Dispose"/>, for which the current
/// <see cref="EventLoop"/> waits. All its members belong to the loop's thread.
/// </summary>
/// <remarks>
/// The use: try the system call; if it would block, call <see cref="ClearReadable"/> (or <see cref="ClearWritable"/>) and
/// await <see cref="ReadableAsync"/> (or <see cref="WritableAsync"/>). One wait for each direction at a time.
/// </remarks>
internal sealed class Descriptor : IDisposable
{
    private readonly EventLoop _loop;
    private readonly Signal _readable = new();
    private Signal? _writable;
    private uint _ready;

    /// <summary>Takes a descriptor over; also where it throws, the descriptor is closed.</summary>
    /// <param name="number">An open, non-blocking descriptor.</param>
    /// <param name="write">Whether to be told when it can be written.</param>
    public Descriptor(int number, bool write = false)
    {
        Number = number;
        _loop = EventLoop.Current!;
        if (write) _writable = new Signal();
        try
        {
            Key = _loop.Add(this, number, write);
        }
        catch
        {
            _ = Posix.close(number);
            throw;
        }
    }

    /// <summary>The number; -1 when closed.</summary>
    public int Number { get; private set; }

    /// <summary>Nothing is left to be read, and nothing will come.</summary>
    public bool IsAtEnd => Number < 0 || (_ready & (Posix.EPOLLIN | Posix.EPOLLHUP)) == Posix.EPOLLHUP;

    /// <summary>The loop it belongs to.</summary>
    public EventLoop Loop => _loop;

    internal ulong Key { get; }

    private bool IsReadable => Number < 0 || (_ready & ~Posix.EPOLLOUT) != 0;

    /// <summary>Waits until a read would not block: there is data, an end or an error; or the descriptor was closed.</summary>
    public ValueTask ReadableAsync() =>
        IsReadable ? default : new ValueTask(_readable, _readable.Begin());

    /// <summary><see cref="ReadableAsync"/> as a read of zero bytes.</summary>
    public ValueTask<int> ReadNothingAsync() =>
        IsReadable ? default : new ValueTask<int>(_readable, _readable.Begin());

    /// <summary>Waits until a write would not block, or fails; or the descriptor was closed.</summary>
    public ValueTask WritableAsync()
    {
        if (Number < 0 || (_ready & (Posix.EPOLLOUT | Posix.EPOLLERR | Posix.EPOLLHUP)) != 0) return default;
        var signal = _writable ?? throw new InvalidOperationException("Not opened for writing.");
        return new ValueTask(signal, signal.Begin());
    }

    /// <summary>A read found nothing more for now.</summary>
    public void ClearReadable() => _ready &= ~Posix.EPOLLIN;

    /// <summary>A write found no room.</summary>
    public void ClearWritable() => _ready &= ~Posix.EPOLLOUT;

    /// <summary>Reads without waiting.</summary>
    /// <returns>How many bytes were read; 0 at the end; -1 where a read would block.</returns>
    /// <exception cref="IOException">The read failed.</exception>
    public int TryRead(Span<byte> buffer)
    {
        if (IsAtEnd) return 0;
        int count = Posix.Read(Number, buffer);
        if (count < 0 && Posix.LastError != Posix.EAGAIN) throw Posix.Failure("read");

        // Less than asked for means that the pipe is empty now; the next edge tells of more.
        if (count < buffer.Length) ClearReadable();
        return count;
    }

    /// <summary>Writes without waiting.</summary>
    /// <returns>How many bytes were written; -1 where a write would block.</returns>
    /// <exception cref="IOException">The write failed: nobody reads any more (EPIPE).</exception>
    public int TryWrite(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(Number < 0, this);
        int count = Posix.Write(Number, buffer);
        if (count < 0 && Posix.LastError != Posix.EAGAIN) throw Posix.Failure("write");
        if (count < buffer.Length) ClearWritable();
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Number < 0) return;
        _loop.Remove(Key);
        _ = Posix.close(Number);
        Number = -1;
        _readable.Set();
        _writable?.Set();
    }

    internal void Happened(uint events)
    {
        _ready |= events;
        if ((events & ~Posix.EPOLLOUT) != 0) _readable.Set();
        if ((events & (Posix.EPOLLOUT | Posix.EPOLLERR | Posix.EPOLLHUP)) != 0) _writable?.Set();
    }

    /// <summary>
    /// A wait that allocates nothing. Both ends of it are on the loop's thread, so what waits goes on at once, without a
    /// detour through the loop's queue.
    /// </summary>
    private sealed class Signal : IValueTaskSource, IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core;
        private bool _waiting;

        public short Begin()
        {
            if (_waiting) throw new InvalidOperationException("Somebody waits already.");
            _waiting = true;
            _core.Reset();
            return _core.Version;
        }

        public void Set()
        {
            if (!_waiting) return;
            _waiting = false;
            _core.SetResult(0);
        }

        void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

        int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);
    }
}
