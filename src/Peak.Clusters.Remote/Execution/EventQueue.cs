using System.Threading.Channels;

namespace Peak.Clusters.Remote;

/// <summary>
/// From the run's thread to whoever reads its events: bounded by bytes, so that a slow reader slows the hosts. Only the
/// run's thread writes; one reader at a time.
/// </summary>
internal sealed class EventQueue
{
    /// <summary>What may wait to be read, in bytes of output; an event without output counts as <see cref="EventCost"/>.</summary>
    private const int Capacity = 4 << 20;
    private const int EventCost = 256;
    private const int BlockSize = 64 << 10;

    // A shorter piece of output gets memory of its own size, so that its block can be read into again.
    private const int SmallSize = 2048;
    private readonly Channel<Entry> _events = Channel.CreateUnbounded<Entry>(new() { SingleReader = true, SingleWriter = true });
    private readonly Stack<byte[]> _blocks = new();
    private readonly SynchronizationContext _loop;
    private readonly Action _roomAgain;
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private bool _abandoned;
    private long _queued;
    private int _full;

    /// <summary>A queue for a run on the current thread's loop.</summary>
    /// <param name="roomAgain">Called on the loop when there is room again after there was none.</param>
    public EventQueue(Action roomAgain)
    {
        _loop = SynchronizationContext.Current!;
        _roomAgain = roomAgain;
    }

    /// <summary>Whether the reader keeps up.</summary>
    public bool HasRoom => _abandoned || Volatile.Read(ref _queued) < Capacity || !BecomeFull();

    /// <summary>Waits until the reader has caught up; it may have fallen behind again by then.</summary>
    public ValueTask RoomAsync()
    {
        if (HasRoom) return default;
        var room = new TaskCompletionSource();
        _waiting.Enqueue(room);
        return new ValueTask(room.Task);
    }

    public byte[] RentBlock()
    {
        lock (_blocks)
        {
            if (_blocks.TryPop(out byte[]? block)) return block;
        }

        return GC.AllocateUninitializedArray<byte>(BlockSize);
    }

    public void ReturnBlock(byte[] block)
    {
        lock (_blocks) _blocks.Push(block);
    }

    /// <summary>Adds output that was read into a block, which then belongs to the queue.</summary>
    public void AddOutput(Target target, bool error, byte[] block, int count)
    {
        ReadOnlyMemory<byte> data = block.AsMemory(0, count);
        byte[]? lent = block;
        if (count <= SmallSize)
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
    public void Add(HostEvent happened) => Add(happened, null, EventCost);

    /// <summary>Nothing will be added any more.</summary>
    /// <param name="error">What made the run fail; the reader gets it after the events. Null where it did not.</param>
    public void Complete(Exception? error) => _events.Writer.TryComplete(error);

    /// <summary>Nobody reads any more: what is added is dropped.</summary>
    public void Abandon()
    {
        _abandoned = true;
        while (_waiting.TryDequeue(out var waiting)) waiting.SetResult();
    }

    /// <summary>Waits for an event, or the end.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _events.Reader.WaitToReadAsync(cancellationToken);

    public bool TryRead(out Entry entry) => _events.Reader.TryRead(out entry);

    /// <summary>The reader is done with an event.</summary>
    public void Release(in Entry entry)
    {
        if (entry.Block is not null) ReturnBlock(entry.Block);
        if (Interlocked.Add(ref _queued, -entry.Cost) <= Capacity / 2 && Interlocked.Exchange(ref _full, 0) == 1)
            _loop.Post(static queue => ((EventQueue)queue!).Wake(), this);
    }

    private void Add(HostEvent happened, byte[]? block, int cost)
    {
        if (_abandoned)
        {
            if (block is not null) ReturnBlock(block);
            return;
        }

        Interlocked.Add(ref _queued, cost);
        _events.Writer.TryWrite(new Entry(happened, block, cost));
    }

    /// <summary>Asks the reader to call when there is room; false where it has made room in that moment.</summary>
    private bool BecomeFull()
    {
        Interlocked.Exchange(ref _full, 1);
        if (Volatile.Read(ref _queued) > Capacity / 2) return true;
        Interlocked.Exchange(ref _full, 0);
        return false;
    }

    /// <summary>Lets go on as many, in their order, as there is room for.</summary>
    private void Wake()
    {
        do
        {
            long room = Capacity - Volatile.Read(ref _queued);
            for (; room > 0 && _waiting.TryDequeue(out var waiting); room -= BlockSize) waiting.SetResult();
        }
        while (_waiting.Count > 0 && !BecomeFull());
        _roomAgain();
    }

    /// <summary>An event, and the memory to be used again after it.</summary>
    public readonly record struct Entry(HostEvent Event, byte[]? Block, int Cost);
}
