using System.Threading.Tasks.Sources;

namespace Peak.Clusters.Remote.Runs;

/// <summary>
/// From the run's thread to whoever reads its events: bounded by bytes, so that a slow reader slows the hosts. Only the
/// run's thread adds; one reader at a time takes.
/// </summary>
internal sealed class EventQueue : IValueTaskSource<bool>
{
    /// <summary>What may wait to be read, in bytes; an event without output counts as <see cref="EventCost"/>.</summary>
    private const int Capacity = 4 << 20;
    private const int EventCost = 256;
    private const int BlockSize = 64 << 10;

    // With this much to read, the reader is woken at once and not when the loop is idle.
    private const int Plenty = 128 << 10;

    // A shorter piece of output gets memory of its own size, so that its block can be read into again.
    private const int SmallSize = 2048;
    private readonly Lock _lock = new();
    private readonly SynchronizationContext _loop;
    private readonly Action _roomAgain;
    private readonly bool _lends;
    private readonly Stack<byte[]> _blocks = new();
    private readonly Queue<TaskCompletionSource> _waitingForRoom = new();
    private ManualResetValueTaskSourceCore<bool> _batch = new() { RunContinuationsAsynchronously = true };
    private List<Entry> _added = [];
    private List<Entry> _taken = [];
    private Exception? _error;
    private bool _complete;
    private bool _readerWaits;
    private bool _abandoned;
    private long _queued;
    private int _full;

    /// <summary>A queue for a run on the current thread's loop.</summary>
    /// <param name="roomAgain">Called on the loop when there is room again after there was none.</param>
    /// <param name="lends">Whether output events only lend their bytes until the reader asks for the next.</param>
    public EventQueue(Action roomAgain, bool lends)
    {
        _loop = SynchronizationContext.Current!;
        _roomAgain = roomAgain;
        _lends = lends;
    }

    /// <summary>Whether the reader keeps up.</summary>
    public bool HasRoom => _abandoned || Volatile.Read(ref _queued) < Capacity || !BecomeFull();

    /// <summary>Waits until the reader has caught up; it may have fallen behind again by then.</summary>
    public ValueTask RoomAsync()
    {
        if (HasRoom) return default;
        var room = new TaskCompletionSource();
        _waitingForRoom.Enqueue(room);
        return new ValueTask(room.Task);
    }

    /// <summary>Memory to read output into.</summary>
    public byte[] RentBlock()
    {
        lock (_blocks)
        {
            if (_blocks.TryPop(out byte[]? block)) return block;
        }

        return GC.AllocateUninitializedArray<byte>(BlockSize);
    }

    /// <summary>Gives a block back that is not needed.</summary>
    public void ReturnBlock(byte[] block)
    {
        lock (_blocks) _blocks.Push(block);
    }

    /// <summary>Adds output that was read into a block, which then belongs to the queue.</summary>
    public void AddOutput(Target target, bool error, byte[] block, int count)
    {
        ReadOnlyMemory<byte> data = block.AsMemory(0, count);
        byte[]? lent = block;
        if (count <= SmallSize || !_lends)
        {
            data = data.ToArray();
            ReturnBlock(block);
            lent = null;
        }

        Add(
            error ? new HostEvent.StandardError(target, data) : new HostEvent.StandardOutput(target, data),
            lent,
            lent is null ? count + EventCost : BlockSize);
    }

    /// <summary>Adds an event without output, always: what has happened must be told.</summary>
    public void Add(RunEvent happened) => Add(happened, null, EventCost);

    /// <summary>
    /// Shows the reader what has been added, if it waits. Waking it costs more than most events, so the loop calls this once
    /// for many of them.
    /// </summary>
    public void Flush() => Flush(force: false);

    /// <summary>Nothing will be added any more.</summary>
    /// <param name="error">What made the run fail; the reader gets it after the events. Null where it did not.</param>
    public void Complete(Exception? error)
    {
        lock (_lock)
        {
            _complete = true;
            _error = error;
        }

        Flush();
    }

    /// <summary>Nobody reads any more: what is added is dropped.</summary>
    public void Abandon()
    {
        _abandoned = true;
        while (_waitingForRoom.TryDequeue(out var waiting)) waiting.SetResult();
    }

    /// <summary>Waits for events; for the reader.</summary>
    /// <returns>The events, valid until the next call, each to be released; null at the end.</returns>
    public async ValueTask<List<Entry>?> TakeAsync(CancellationToken cancellationToken)
    {
        _taken.Clear();
        using var cancelling = cancellationToken.UnsafeRegister(static queue => ((EventQueue)queue!).Flush(force: true), this);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_lock)
            {
                if (_added.Count > 0)
                {
                    (_added, _taken) = (_taken, _added);
                    return _taken;
                }

                if (_complete) return _error is null ? null : throw _error;
                _batch.Reset();
                _readerWaits = true;
            }

            await new ValueTask<bool>(this, _batch.Version);
        }
    }

    /// <summary>The reader is done with an event.</summary>
    public void Release(in Entry entry)
    {
        if (entry.Block is not null) ReturnBlock(entry.Block);
        if (Interlocked.Add(ref _queued, -entry.Cost) <= Capacity / 2
            && Volatile.Read(ref _full) == 1
            && Interlocked.Exchange(ref _full, 0) == 1)
        {
            _loop.Post(static queue => ((EventQueue)queue!).ResumeWaiting(), this);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _batch.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _batch.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _batch.OnCompleted(continuation, state, token, flags);

    private void Flush(bool force)
    {
        bool wake;
        lock (_lock)
        {
            wake = _readerWaits && (force || _added.Count > 0 || _complete);
            if (wake) _readerWaits = false;
        }

        if (wake) _batch.SetResult(true);
    }

    private void Add(RunEvent happened, byte[]? block, int cost)
    {
        if (_abandoned)
        {
            if (block is not null) ReturnBlock(block);
            return;
        }

        bool plenty = Interlocked.Add(ref _queued, cost) >= Plenty;
        lock (_lock) _added.Add(new Entry(happened, block, cost));
        if (plenty) Flush();
    }

    /// <summary>Asks the reader to call when there is room; false where it has made room in that moment.</summary>
    private bool BecomeFull()
    {
        Interlocked.Exchange(ref _full, 1);
        if (Volatile.Read(ref _queued) > Capacity / 2) return true;
        Interlocked.Exchange(ref _full, 0);
        return false;
    }

    /// <summary>Resumes as many of those who wait, in their order, as there is room for.</summary>
    private void ResumeWaiting()
    {
        do
        {
            long room = Capacity - Volatile.Read(ref _queued);
            for (; room > 0 && _waitingForRoom.TryDequeue(out var waiting); room -= BlockSize) waiting.SetResult();
        }
        while (_waitingForRoom.Count > 0 && !BecomeFull());
        _roomAgain();
    }

    /// <summary>An event, and the memory to be used again after it.</summary>
    public readonly record struct Entry(RunEvent Event, byte[]? Block, int Cost);
}
