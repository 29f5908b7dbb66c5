using Microsoft.Extensions.Time.Testing;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>How many connections are made at once, by how idle the processors are.</summary>
public sealed class ConnectGateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Loop _loop = new();
    private readonly SynchronizationContext? _before = SynchronizationContext.Current;
    private double? _idle = 0;

    public ConnectGateTests() => SynchronizationContext.SetSynchronizationContext(_loop);

    public void Dispose() => SynchronizationContext.SetSynchronizationContext(_before);

    [Fact]
    public void While_processors_are_busy_no_more_are_made_than_at_first()
    {
        using var gate = Gate(least: 4, most: 64);
        var entered = Enter(gate, 100);
        Pass(100);
        Assert.Equal(4, entered.Count(e => e.IsCompletedSuccessfully));
        gate.Exit(null);
        Assert.Equal(5, entered.Count(e => e.IsCompletedSuccessfully));
    }

    [Fact]
    public void While_they_idle_there_are_soon_as_many_as_are_wanted()
    {
        _idle = 1;
        using var gate = Gate(least: 4, most: 64);
        var entered = Enter(gate, 100);
        Pass(4);
        Assert.Equal(64, entered.Count(e => e.IsCompletedSuccessfully));
    }

    [Fact]
    public void While_they_are_busy_with_something_else_but_connections_are_made_briskly_there_are_more()
    {
        using var gate = Gate(least: 4, most: 64);
        var entered = Enter(gate, 100);
        gate.Exit(TimeSpan.FromMilliseconds(300));
        Pass(30);
        Assert.Equal(65, entered.Count(e => e.IsCompletedSuccessfully));
    }

    [Fact]
    public void When_they_have_become_slow_to_make_there_are_fewer_again_but_never_fewer_than_at_first()
    {
        using var gate = Gate(least: 4, most: 64);
        var entered = Enter(gate, 1000);
        gate.Exit(TimeSpan.FromMilliseconds(300));
        Pass(30);
        for (int i = 0; i < 100; i++) gate.Exit(TimeSpan.FromSeconds(5));
        Pass(100);
        int made = entered.Count(e => e.IsCompletedSuccessfully);
        for (int i = 0; i < 60; i++) gate.Exit(TimeSpan.FromSeconds(5));
        Assert.Equal(made, entered.Count(e => e.IsCompletedSuccessfully));
        gate.Exit(TimeSpan.FromSeconds(5));
        Assert.Equal(made + 1, entered.Count(e => e.IsCompletedSuccessfully));
    }

    [Fact]
    public void Where_nobody_knows_how_busy_they_are_nothing_is_held_back_for_long()
    {
        _idle = null;
        using var gate = Gate(least: 4, most: 64);
        var entered = Enter(gate, 64);
        Pass(4);
        Assert.All(entered, e => Assert.True(e.IsCompletedSuccessfully));
    }

    [Fact]
    public void They_enter_in_order_and_who_gives_up_takes_no_place()
    {
        using var gate = Gate(least: 1, most: 1);
        using var cancel = new CancellationTokenSource();
        var first = gate.EnterAsync(CancellationToken.None).AsTask();
        var second = gate.EnterAsync(cancel.Token).AsTask();
        var third = gate.EnterAsync(CancellationToken.None).AsTask();
        cancel.Cancel();
        _loop.RunAll();
        Assert.True(first.IsCompletedSuccessfully && second.IsCanceled && !third.IsCompleted);
        gate.Exit(null);
        Assert.True(third.IsCompletedSuccessfully);
    }

    private ConnectGate Gate(int least, int most) => new(least, most, _time, () => _idle);

    private static List<Task> Enter(ConnectGate gate, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => gate.EnterAsync(CancellationToken.None).AsTask())];

    private void Pass(int intervals)
    {
        for (int i = 0; i < intervals; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            _loop.RunAll();
        }
    }

    /// <summary>A loop that runs what was posted when it is told to.</summary>
    private sealed class Loop : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback, object?)> _posts = new();

        public override void Post(SendOrPostCallback d, object? state) => _posts.Enqueue((d, state));

        public void RunAll()
        {
            while (_posts.TryDequeue(out var post)) post.Item1(post.Item2);
        }
    }
}
