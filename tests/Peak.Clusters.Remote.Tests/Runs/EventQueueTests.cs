using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>The queue between a run and its reader, by itself.</summary>
public class EventQueueTests
{
    private static readonly Target A = new("a");

    [Fact]
    public async Task It_is_full_until_half_of_it_is_read()
    {
        var loop = new Posts();
        int roomAgain = 0;
        var queue = On(loop, () => new EventQueue(() => roomAgain++, lends: true));
        int blocks = 0;
        for (; queue.HasRoom; blocks++) queue.AddOutput(A, error: false, queue.RentBlock(), 64 << 10);
        Assert.Equal(64, blocks);
        var waiting = queue.RoomAsync();
        Assert.False(waiting.IsCompleted);

        var entries = (await queue.TakeAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(blocks, entries.Count);
        for (int i = 0; i < 31; i++) queue.Release(entries[i]);
        loop.RunAll();
        Assert.False(waiting.IsCompleted);
        queue.Release(entries[31]);
        loop.RunAll();
        await waiting;
        Assert.Equal(1, roomAgain);
    }

    [Fact]
    public async Task Those_who_wait_for_room_go_on_in_order_and_not_more_than_fit()
    {
        var loop = new Posts();
        var queue = On(loop, () => new EventQueue(() => { }, lends: true));
        while (queue.HasRoom) queue.AddOutput(A, error: false, queue.RentBlock(), 64 << 10);
        var wentOn = new List<int>();
        foreach (int i in Enumerable.Range(0, 100)) _ = queue.RoomAsync().AsTask().ContinueWith(_ => GoOn(i), TaskContinuationOptions.ExecuteSynchronously);
        var entries = (await queue.TakeAsync(TestContext.Current.CancellationToken))!;
        for (int i = 0; i < 40; i++) queue.Release(entries[i]);
        loop.RunAll();
        Assert.Equal(Enumerable.Range(0, 40), wentOn);

        void GoOn(int who)
        {
            wentOn.Add(who);
            queue.AddOutput(A, error: false, queue.RentBlock(), 64 << 10);
        }
    }

    [Fact]
    public async Task A_block_is_used_again_when_its_event_was_read()
    {
        var queue = On(new Posts(), () => new EventQueue(() => { }, lends: true));
        byte[] block = queue.RentBlock();
        queue.AddOutput(A, error: true, block, 5000);
        Assert.NotSame(block, queue.RentBlock());
        var entries = (await queue.TakeAsync(TestContext.Current.CancellationToken))!;
        var output = Assert.IsType<HostEvent.StandardError>(Assert.Single(entries).Event);
        Assert.Equal(5000, output.Data.Length);
        queue.Release(entries[0]);
        Assert.Same(block, queue.RentBlock());
    }

    [Fact]
    public async Task Small_output_does_not_hold_a_block()
    {
        var queue = On(new Posts(), () => new EventQueue(() => { }, lends: true));
        byte[] block = queue.RentBlock();
        block[0] = 7;
        queue.AddOutput(A, error: false, block, 1);
        Assert.Same(block, queue.RentBlock());
        block[0] = 8;
        var entries = (await queue.TakeAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal([7], Assert.IsType<HostEvent.StandardOutput>(entries[0].Event).Data.ToArray());
    }

    [Fact]
    public async Task The_reader_gets_all_events_and_then_the_error()
    {
        var queue = On(new Posts(), () => new EventQueue(() => { }, lends: true));
        queue.Add(new HostEvent.Started(A, 1));
        queue.Complete(new FormatException("why"));
        Assert.Single((await queue.TakeAsync(TestContext.Current.CancellationToken))!);
        var error = await Assert.ThrowsAsync<FormatException>(async () => await queue.TakeAsync(TestContext.Current.CancellationToken));
        Assert.Equal("why", error.Message);
    }

    [Fact]
    public async Task A_waiting_reader_can_be_cancelled()
    {
        var queue = On(new Posts(), () => new EventQueue(() => { }, lends: true));
        using var cancelling = new CancellationTokenSource();
        var taking = queue.TakeAsync(cancelling.Token).AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => taking);
    }

    [Fact]
    public void When_nobody_reads_any_more_nothing_waits()
    {
        var queue = On(new Posts(), () => new EventQueue(() => { }, lends: true));
        while (queue.HasRoom) queue.AddOutput(A, error: false, queue.RentBlock(), 64 << 10);
        var waiting = queue.RoomAsync();
        queue.Abandon();
        Assert.True(waiting.IsCompleted);
        Assert.True(queue.HasRoom);
    }

    private static T On<T>(SynchronizationContext context, Func<T> make)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            return make();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>A loop that runs what was posted when it is told to.</summary>
    private sealed class Posts : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback, object?)> _posts = new();

        public override void Post(SendOrPostCallback d, object? state) => _posts.Enqueue((d, state));

        public void RunAll()
        {
            while (_posts.TryDequeue(out var post)) post.Item1(post.Item2);
        }
    }
}
