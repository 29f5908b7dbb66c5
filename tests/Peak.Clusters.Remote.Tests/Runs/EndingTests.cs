using Microsoft.Extensions.Time.Testing;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Runs;
using Peak.Clusters.Remote.Tests.Connections;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>Work that is to end at any moment of its life: while it connects, before it has begun, twice, or while nobody reads.</summary>
public class EndingTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly FakeTimeProvider _time = new();

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task The_time_to_connect_is_not_that_of_the_work()
    {
        // Also where a timer goes off although it was canceled: it may have been on its way.
        var time = new TimeThatRemembers();
        var work = new Work(async context =>
        {
            context.Started(new Stoppable());
            time.Fire();
            await Task.Yield();
            return Done;
        });
        var connector = new MemoryConnector(async (target, _) =>
        {
            await Task.Yield();
            return MemoryConnector.Prints(target, "");
        });
        Assert.Equal(Done, (await End(Begin(connector, work, new() { ConnectTimeout = Hour }, time))).Outcome);
        Assert.Equal(1, time.Fired);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_connection_that_fails_because_it_is_stopped_is_no_fault_of_the_host()
    {
        HostRun? run = null;
        var connector = new MemoryConnector(async (_, canceled) =>
        {
            run!.Stop();
            await Canceled(canceled);
            throw new ConnectionException(new HostOutcome.Unreachable(HostFailure.Refused, "refused"));
        });
        run = Begin(connector, new Work(_ => new(Done)), new() { ConnectTimeout = null });
        Assert.Equal(NotStartedReason.Canceled, Assert.IsType<HostOutcome.NotStarted>((await End(run)).Outcome).Reason);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_connection_that_comes_although_the_run_was_stopped_is_not_used()
    {
        HostRun? run = null;
        bool used = false;
        var connector = new MemoryConnector(async (target, canceled) =>
        {
            run!.Stop();
            await Canceled(canceled);
            return MemoryConnector.Prints(target, "");
        });
        run = Begin(connector, new Work(_ => { used = true; return new(Done); }), new() { ConnectTimeout = null });
        Assert.Equal(NotStartedReason.Canceled, Assert.IsType<HostOutcome.NotStarted>((await End(run)).Outcome).Reason);
        Assert.False(used);
    }

    public static TheoryData<HostOutcome, HostOutcome> EndsWithoutABeginning => new()
    {
        { Done, Done },
        {
            new HostOutcome.Unreachable(HostFailure.ConnectionLost, "lost"),
            new HostOutcome.Unreachable(HostFailure.ConnectionLost, "lost")
        },
        {
            new HostOutcome.Failed("no"),
            new HostOutcome.NotStarted(NotStartedReason.Canceled, "The run was stopped while it was being connected.")
        },
    };

    [Theory(Timeout = Patience.Milliseconds)]
    [MemberData(nameof(EndsWithoutABeginning))]
    public async Task Work_that_ends_before_it_has_begun_counts_only_where_it_may_have_done_something(
        HostOutcome ends, HostOutcome expected)
    {
        HostRun? run = null;
        run = Begin(Host, new Work(async context =>
        {
            run!.Stop();
            await Canceled(context.Starting);
            return ends;
        }));
        Assert.Equal(expected, (await End(run)).Outcome);
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Work_that_begins_when_it_was_to_end_already_is_told_so_at_once(bool leave)
    {
        var stoppable = new Stoppable();
        HostRun? run = null;
        var beginning = new TaskCompletionSource();
        run = Begin(Host, new Work(async context =>
        {
            context.Report(0, null);
            if (!leave) run!.Stop();
            await Canceled(context.Starting);
            context.Started(stoppable);
            beginning.SetResult();
            await stoppable.Asked;
            return Done;
        }), new() { GracePeriod = Hour });
        await foreach (var _ in run.WithCancellation(Cancel))
            if (leave) break;
        await beginning.Task;
        Assert.Equal([leave], stoppable.Calls);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_host_that_answers_in_the_last_moment_is_not_lost()
    {
        var stoppable = new Stoppable();
        var run = Begin(new MemoryConnector((target, _) => new(new NotReachedYet(target))), new Work(async context =>
        {
            _time.Advance(Hour);
            await Canceled(context.Starting);
            context.Started(stoppable);
            return Done;
        }), new() { ConnectTimeout = Hour });
        Assert.Equal(Done, (await End(run)).Outcome);
        Assert.Empty(stoppable.Calls);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_begins_when_its_host_has_an_outcome_already_is_ended()
    {
        var stoppable = new Stoppable();
        var hasOutcome = new TaskCompletionSource();
        HostWorkContext? early = null;
        var run = new CommandRunner(Host).Run(new Work(async context =>
        {
            if (context.Target.Rank == 0)
            {
                early = context;
                return Done;
            }

            await hasOutcome.Task;
            early!.Started(stoppable);
            return Done;
        }), [new Target("a"), new Target("b")]);
        await End(run, e =>
        {
            if (e is HostEvent.Ended) hasOutcome.TrySetResult();
        });
        Assert.Equal([true], stoppable.Calls);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task The_first_reason_to_end_is_the_one_that_is_told()
    {
        var stoppable = new Stoppable();
        var run = Begin(Host, new Work(async context =>
        {
            context.Started(stoppable);
            await stoppable.Asked;
            context.Report(1, 1);
            await stoppable.Over;
            return new HostOutcome.Signaled("TERM");
        }), new() { TimeLimit = Hour, GracePeriod = 10 * Hour });
        var ended = await End(run, e =>
        {
            if (e is HostEvent.Started) _time.Advance(Hour);
            if (e is not HostEvent.Progress) return;
            run.Stop();
            // What is done on the thread of the run after that is done after the stop, too.
            stoppable.End();
        });
        Assert.Equal(new HostOutcome.TimedOut(Hour), ended.Outcome);
        Assert.Equal([false], stoppable.Calls);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Nothing_is_tried_again_once_the_run_is_stopped()
    {
        var run = Begin(Host, new Work(async context =>
        {
            context.Started(new Stoppable());
            await Task.Delay(Timeout.Infinite, Cancel);
            return Done;
        }), new() { GracePeriod = TimeSpan.Zero, Policy = _ => new TriesAgain() });
        var events = new List<RunEvent>();
        await End(run, e =>
        {
            events.Add(e);
            if (e is HostEvent.Started) run.Stop();
            else _time.Advance(Hour);
        }, whileWaiting: () => _time.Advance(Hour));
        Assert.DoesNotContain(events, e => e is HostEvent.Retrying);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_a_host_says_in_the_end_is_not_lost_because_its_reader_is_slow()
    {
        using var output = new Flood();
        var stoppable = new Stoppable();
        var run = Begin(Host, new Work(async context =>
        {
            context.Started(stoppable);
            await context.CopyOutputAsync(output, error: false);
            return Done;
        }), new() { GracePeriod = Hour });
        long read = 0;
        await End(run, e =>
        {
            if (e is not HostEvent.Output some) return;
            if (read == 0)
            {
                // Nobody reads for longer than the host is given to end.
                Patience.Until(() => output.Count >= 3 << 20);
                run.Stop();
                Patience.Until(() => stoppable.Calls.Contains(false));
                output.SayTheLastWords();
                Patience.Until(() =>
                {
                    _time.Advance(Hour);
                    return stoppable.Calls.Contains(true);
                });
                for (int i = 0; i < 100; i++) _time.Advance(Hour);
            }

            read += some.Data.Length;
        });
        Assert.Equal(output.Count, read);
        Assert.True(output.IsOver);
    }

    private static HostOutcome Done { get; } = new HostOutcome.Completed("done");

    private static IConnector Host => new MemoryConnector(_ => Stream.Null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task Canceled(CancellationToken token)
    {
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(canceled.SetResult);
        await canceled.Task;
    }

    private HostRun Begin(IConnector connector, HostWork work, RunOptions? options = null, TimeProvider? time = null) =>
        new CommandRunner(connector, options, time ?? _time).Run(work, [new Target("a")]);

    private static async Task<HostEvent.Ended> End(HostRun run, Action<RunEvent>? onEvent = null, Action? whileWaiting = null)
    {
        HostEvent.Ended? ended = null;
        await using var events = run.GetAsyncEnumerator(Cancel);
        while (true)
        {
            var next = events.MoveNextAsync().AsTask();
            while (whileWaiting is not null && !next.IsCompleted)
            {
                whileWaiting();
                await Task.Yield();
            }

            if (!await next) break;
            ended = events.Current as HostEvent.Ended ?? ended;
            onEvent?.Invoke(events.Current);
        }

        Assert.NotNull(ended);
        return ended;
    }

    private sealed class Work(Func<HostWorkContext, ValueTask<HostOutcome>> run) : HostWork
    {
        public override ValueTask<HostOutcome> RunAsync(IConnection connection, HostWorkContext context) => run(context);
    }

    /// <summary>Work that remembers how it was told to end, and takes no notice.</summary>
    private sealed class Stoppable : IStoppable
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<bool> _calls = [];
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IEnumerable<bool> Calls => _calls;

        public Task Asked => _asked.Task;

        public Task Over => _over.Task;

        public void Stop(bool force)
        {
            _calls.Enqueue(force);
            _asked.TrySetResult();
        }

        public void End() => _over.TrySetResult();
    }

    private sealed class NotReachedYet(Target target) : IConnection
    {
        public Target Target => target;

        public bool IsEstablished => false;

        public ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }

    private sealed class TriesAgain : IRunPolicy
    {
        private bool _begun;

        public StartDecision Next()
        {
            if (_begun) return StartDecision.Wait;
            _begun = true;
            return StartDecision.Start(0);
        }

        public bool Ended(int rank, HostOutcome outcome) => true;
    }

    /// <summary>Output without an end, until there are last words.</summary>
    private sealed class Flood : MemoryStream
    {
        private volatile bool _ends;

        public long Count { get; private set; }

        public bool IsOver { get; private set; }

        public void SayTheLastWords() => _ends = true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty || IsOver) return new(0);
            IsOver = _ends;
            int count = _ends ? 10 : buffer.Length;
            buffer.Span[..count].Fill((byte)'x');
            Count += count;
            return new(count);
        }
    }

    /// <summary>Timers that go off when the test says so, canceled or not.</summary>
    private sealed class TimeThatRemembers : TimeProvider
    {
        private readonly List<(TimerCallback Callback, object? State)> _timers = [];

        public int Fired { get; private set; }

        public void Fire()
        {
            foreach (var (callback, state) in _timers.ToArray())
            {
                Fired++;
                callback(state);
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add((callback, state));
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => default;
        }
    }
}
