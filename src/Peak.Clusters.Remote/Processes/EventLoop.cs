using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Peak.Clusters.Remote.Processes;

/// <summary>
/// One thread that waits for descriptors (epoll) and for work posted to it. What it runs may await: as a
/// <see cref="SynchronizationContext"/> it brings every continuation back to its thread, so that nothing here needs locks.
/// </summary>
/// <remarks>Away from Linux it has no descriptors and only runs what is posted.</remarks>
internal sealed class EventLoop : SynchronizationContext, IDisposable
{
    private const int BatchSize = 128;

    // Milliseconds: short enough not to be seen, long enough for several children to end.
    private const int IdleInterval = 16;

    // struct epoll_event is packed on x64 only.
    private static readonly int EntrySize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly AutoResetEvent? _signal;
    private readonly List<Descriptor?> _slots = [null];
    private readonly Stack<int> _freeSlots = new();
    private readonly int _epoll = -1;
    private readonly int _wakeUp = -1;
    private uint _generation;
    private int _thread;
    private int _asleep;
    private volatile bool _closed;

    private static readonly Lazy<EventLoop> SharedLoop = new(() =>
    {
        var begun = new TaskCompletionSource<EventLoop>();
        var thread = new Thread(() => Run(portable: !OperatingSystem.IsLinux(), () =>
        {
            begun.SetResult(Current!);
            return new TaskCompletionSource().Task;
        }))
        { IsBackground = true, Name = "Peak.Clusters children" };
        thread.Start();
        return begun.Task.GetAwaiter().GetResult();
    });

    private EventLoop(bool portable)
    {
        Portable = portable;
        if (portable)
        {
            _signal = new AutoResetEvent(false);
            return;
        }

        _epoll = Posix.Check(Posix.epoll_create1(Posix.O_CLOEXEC));
        _wakeUp = Posix.Check(Posix.eventfd(0, Posix.O_CLOEXEC | Posix.O_NONBLOCK));
        Control(Posix.EPOLL_CTL_ADD, _wakeUp, Posix.EPOLLIN, 0);
    }

    /// <summary>The loop whose thread this is; null on any other thread.</summary>
    public static new EventLoop? Current => SynchronizationContext.Current as EventLoop;

    /// <summary>A loop that runs as long as the process: for children that are not started by a run, or not on its thread.</summary>
    public static EventLoop Shared => SharedLoop.Value;

    /// <summary>Whether this is the loop's thread.</summary>
    public bool IsCurrent => Environment.CurrentManagedThreadId == _thread;

    /// <summary>Whether only what every platform has may be used.</summary>
    public bool Portable { get; }

    /// <summary>Whether it closes its descriptors: what still waits for one goes on, and finds it closed.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>What children of this loop are given; made once.</summary>
    public SpawnCache Cache { get; } = new();

    /// <summary>The sessions of those children.</summary>
    public ProcessSessions Sessions { get; } = new();

    /// <summary>
    /// Called when the loop has nothing more to do, at most once in <see cref="IdleInterval"/>, and not later than that after
    /// something was done.
    /// </summary>
    public Action? Idle { get; set; }

    /// <summary>Runs on the calling thread until the task has ended, and throws what the task throws.</summary>
    /// <param name="portable">Use only what every platform has.</param>
    /// <param name="main">What to run, on the loop.</param>
    public static void Run(bool portable, Func<Task> main)
    {
        var before = SynchronizationContext.Current;
        var loop = new EventLoop(portable);
        SetSynchronizationContext(loop);
        try
        {
            loop._thread = Environment.CurrentManagedThreadId;
            var task = main();
            task.ContinueWith(static (_, state) => ((EventLoop)state!).Post(static _ => { }, null), loop, TaskScheduler.Default);
            loop.RunUntilEndOf(task);
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
            loop.Dispose();
        }
    }

    /// <inheritdoc/>
    /// <remarks>What comes after the loop's end (a straggler of somebody's transport) goes to the thread pool.</remarks>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (_closed)
        {
            base.Post(d, state);
            return;
        }

        _posted.Enqueue((d, state));
        if (_closed) PostElsewhere();
        if (Environment.CurrentManagedThreadId != _thread && Interlocked.Exchange(ref _asleep, 0) == 1) WakeUp();
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Waiting for the event loop would block; use Post.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Calls something on the loop's thread, from any other, and gives its result to whoever asked, on any thread.</summary>
    /// <exception cref="ObjectDisposedException">The loop has ended.</exception>
    public async Task<T> InvokeAsync<T>(Func<ValueTask<T>> call)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            async _ =>
            {
                try
                {
                    ObjectDisposedException.ThrowIf(!IsCurrent, this);
                    done.SetResult(await call());
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            },
            null);
        return await done.Task.ConfigureAwait(false);
    }

    /// <summary>Has a descriptor watched, edge-triggered.</summary>
    internal ulong Add(Descriptor descriptor, int number, bool write)
    {
        if (!_freeSlots.TryPop(out int slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }

        // The generation tells a late event of a closed descriptor from one of its successor in the slot.
        ulong key = ((ulong)++_generation << 32) | (uint)slot;
        _slots[slot] = descriptor;
        uint events = Posix.EPOLLIN | Posix.EPOLLRDHUP | Posix.EPOLLET | (write ? Posix.EPOLLOUT : 0);
        try
        {
            Control(Posix.EPOLL_CTL_ADD, number, events, key);
        }
        catch
        {
            Remove(key);
            throw;
        }

        return key;
    }

    /// <summary>Forgets a descriptor; closing it makes the kernel forget it too.</summary>
    internal void Remove(ulong key)
    {
        int slot = (int)(uint)key;
        _slots[slot] = null;
        _freeSlots.Push(slot);
    }

    private unsafe void RunUntilEndOf(Task task)
    {
        byte* entries = stackalloc byte[BatchSize * EntrySize];
        long idleAt = 0;
        bool idle = false;
        while (true)
        {
            while (_posted.TryDequeue(out var work)) work.Callback(work.State);
            if (task.IsCompleted) return;
            int timeout = -1;
            if (Idle is not null && !idle)
            {
                long left = idleAt + IdleInterval - Environment.TickCount64;
                if (left <= 0)
                {
                    idle = true;
                    Idle();
                    idleAt = Environment.TickCount64;
                }
                else
                {
                    timeout = (int)left;
                }
            }

            Volatile.Write(ref _asleep, 1);
            Interlocked.MemoryBarrier();
            if (!_posted.IsEmpty) timeout = 0;
            if (Wait(entries, timeout) || !_posted.IsEmpty) idle = false;
        }
    }

    /// <summary>Waits for events and passes them on; false if there were none.</summary>
    private unsafe bool Wait(byte* entries, int timeout)
    {
        if (_signal is not null)
        {
            bool signaled = _signal.WaitOne(timeout);
            Volatile.Write(ref _asleep, 0);
            return signaled;
        }

        int count = Posix.epoll_wait(_epoll, entries, BatchSize, timeout);
        Volatile.Write(ref _asleep, 0);
        if (count < 0)
        {
            if (Posix.LastError != Posix.EINTR) throw Posix.Failure("epoll_wait");
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            byte* entry = entries + i * EntrySize;
            uint events = *(uint*)entry;
            ulong key = *(ulong*)(entry + EntrySize - 8);
            if (key == 0)
            {
                ulong ignored = 0;
                _ = Posix.Read(_wakeUp, MemoryMarshal.AsBytes(new Span<ulong>(ref ignored)));
            }
            else if (_slots[(int)(uint)key] is { } descriptor && descriptor.Key == key)
            {
                descriptor.Happened(events);
            }
        }

        return count > 0;
    }

    /// <summary>What came too late for the loop is not lost: somebody may wait for it.</summary>
    private void PostElsewhere()
    {
        while (_posted.TryDequeue(out var work)) base.Post(work.Callback, work.State);
    }

    private unsafe void WakeUp()
    {
        // Not on a closed descriptor: its number may be somebody else's by now.
        lock (_posted)
        {
            if (_closed) return;
            _signal?.Set();
            ulong one = 1;
            if (_wakeUp >= 0) _ = Posix.Write(_wakeUp, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in one)));
        }
    }

    private unsafe void Control(int operation, int descriptor, uint events, ulong key)
    {
        byte* entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(ulong*)(entry + EntrySize - 8) = key;
        Posix.Check(Posix.epoll_ctl(_epoll, operation, descriptor, entry));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsEnding = true;
        Cache.Dispose();
        foreach (var descriptor in _slots.ToArray()) descriptor?.Dispose();
        lock (_posted)
        {
            _closed = true;
            _thread = -1; // the number may be another thread's from now on
            PostElsewhere();
            _signal?.Dispose();
            if (_epoll < 0) return;
            _ = Posix.close(_epoll);
            _ = Posix.close(_wakeUp);
        }
    }
}
