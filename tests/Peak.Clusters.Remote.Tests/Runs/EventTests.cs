using System.Diagnostics;
using System.Diagnostics.Metrics;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Local;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>The stream of a run: who owns its bytes, what it says of the run as a whole, who else sees it.</summary>
public class EventTests
{
    private static readonly string[] Three = ["a", "b", "c"];

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Events_own_their_bytes()
    {
        // Eight blocks of 64 KiB of different bytes: block i is all of the byte 'A' + i.
        var command = RemoteCommand.Shell("for c in A B C D E F G H; do head -c 65536 /dev/zero | tr '\\0' $c; done");
        var events = await new CommandRunner(new LocalConnector()).Run(command, Three).ToListAsync(Cancel);
        foreach (string name in Three)
        {
            var outputs = events.OfType<HostEvent.StandardOutput>().Where(e => e.Target.Name == name);
            byte[] bytes = [.. outputs.SelectMany(e => e.Data.ToArray())];
            Assert.Equal(Enumerable.Range(0, 8 * 65536).Select(i => (byte)('A' + i / 65536)), bytes);
        }
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_run_that_lends_its_memory_gives_the_same_bytes_to_who_reads_them_in_time()
    {
        var command = RemoteCommand.Shell("for c in A B C D E F G H; do head -c 65536 /dev/zero | tr '\\0' $c; done");
        var bytes = new MemoryStream();
        var runner = new CommandRunner(new LocalConnector(), new() { LendOutput = true });
        await foreach (var happened in runner.Run(command, ["a"]).WithCancellation(Cancel))
            if (happened is HostEvent.Output output) bytes.Write(output.Data.Span);
        Assert.Equal(Enumerable.Range(0, 8 * 65536).Select(i => (byte)('A' + i / 65536)), bytes.ToArray());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_batch_is_told_before_its_targets_begin()
    {
        var options = new RunOptions { Rollout = new() { Canary = 1, Batch = CountOrPercent.Count(2) } };
        var runner = new CommandRunner(new ExecConnector(), options);
        var events = await runner.Run(RemoteCommand.Program("true"), ["a", "b", "c", "d", "e"]).ToListAsync(Cancel);
        var batches = events.OfType<RunEvent.BatchStarted>().ToList();
        Assert.Equal([(1, 3, true), (2, 3, false), (3, 3, false)], batches.Select(b => (b.Number, b.Count, b.IsCanary)));
        Assert.Equal([0..1, 1..3, 3..5], batches.Select(b => b.Ranks));
        foreach (var batch in batches)
        {
            int at = events.IndexOf(batch);
            Assert.All(events.Take(at).OfType<HostEvent>(), e => Assert.True(e.Target.Rank < batch.Ranks.Start.Value));
            Assert.All(events.Skip(at).OfType<HostEvent.Started>(), e => Assert.True(e.Target.Rank >= batch.Ranks.Start.Value));
        }
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_check_that_fails_says_where_and_how_and_nothing_more_is_started()
    {
        var check = new CommandWork(RemoteCommand.Program("sh", "-c", "[ $1 != d ]", "sh", "%h"));
        var options = new RunOptions { Rollout = new() { Batch = CountOrPercent.Count(2), Check = check } };
        var run = await RunRecord.Of(new ExecConnector(), RemoteCommand.Program("true"), ["a", "b", "c", "d", "e", "f"], options);
        var failed = Assert.Single(run.RunEvents.OfType<RunEvent.CheckFailed>());
        var (target, outcome) = Assert.Single(failed.Failures);
        Assert.Equal(("d", 3, new HostOutcome.Exited(1)), (target.Name, target.Rank, outcome));
        Assert.Equal([0, 1, 2, 3], run.StartOrder.Order());
        var kept = new HostOutcome.NotStarted(NotStartedReason.Policy, "the check failed on d: exit status 1");
        Assert.Equal(2, run.Outcomes.Count(o => o == kept));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_check_that_is_going_on_when_the_run_is_left_is_killed()
    {
        string sleep = ProcessTable.NewSleep();
        var options = new RunOptions { Rollout = new() { Check = new CommandWork(RemoteCommand.Shell($"exec {sleep}")) } };
        var runner = new CommandRunner(new LocalConnector(), options);
        await foreach (var happened in runner.Run(RemoteCommand.Shell("true"), ["a"]).WithCancellation(Cancel))
        {
            if (happened is not RunEvent.CheckStarted) continue;
            await Patience.UntilAsync(() => ProcessTable.Of(sleep).Any());
            break;
        }

        Assert.Empty(ProcessTable.Of(sleep));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_check_that_is_going_on_when_the_run_is_stopped_is_ended()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("id", "");
        using var stop = new CancellationTokenSource();
        var check = new CommandWork(RemoteCommand.Shell($"echo $$ >{file}; exec sleep 1000"));
        var options = new RunOptions { Rollout = new() { Check = check } };
        var run = RunRecord.Of(new LocalConnector(), RemoteCommand.Shell("true"), ["a"], options, stop: stop);
        await Patience.UntilAsync(() => File.ReadAllText(file).EndsWith('\n'));
        await stop.CancelAsync();
        Assert.True((await run).Outcome.Succeeded);
        Assert.DoesNotContain((await run).RunEvents, e => e is RunEvent.CheckFailed);
        await ProcessTable.Gone(await File.ReadAllTextAsync(file, Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_run_is_enumerated_once()
    {
        var run = new CommandRunner(new LocalConnector()).Run(RemoteCommand.Shell("true"), ["a"]);
        Assert.NotEmpty(await run.ToListAsync(Cancel));
        Assert.Throws<InvalidOperationException>(() => { run.GetAsyncEnumerator(Cancel); });
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Work_that_is_no_command_has_the_same_outcomes_retries_and_progress()
    {
        var tries = new int[3];
        var work = new Work(async context =>
        {
            context.Report(1, 2, "first");
            await Task.Delay(1, context.Starting).ConfigureAwait(false);
            context.Report(2, 2, "second");
            return Interlocked.Increment(ref tries[context.Target.Rank]) <= context.Target.Rank
                ? new HostOutcome.Failed("not yet")
                : new HostOutcome.Completed("done");
        });
        var backoff = new Backoff { First = TimeSpan.FromMilliseconds(1) };
        var options = new RunOptions { Rollout = new() { Retries = 1, RetryCommands = true, Backoff = backoff } };
        var runner = new CommandRunner(new LocalConnector(), options);
        var events = await runner.Run(work, Three.Select(name => new Target(name))).ToListAsync(Cancel);
        Assert.Equal(
            [new HostOutcome.Completed("done"), new HostOutcome.Completed("done"), new HostOutcome.Failed("not yet")],
            events.OfType<HostEvent.Ended>().OrderBy(e => e.Target.Rank).Select(e => e.Outcome));
        Assert.Equal([1, 2, 2], events.OfType<HostEvent.Ended>().OrderBy(e => e.Target.Rank).Select(e => e.Attempts));
        Assert.Equal(["first", "second"], events.OfType<HostEvent.Progress>().Where(e => e.Target.Rank == 0).Select(e => e.Current));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Where_the_reader_is_slow_only_the_latest_progress_waits_for_him()
    {
        const int Steps = 200_000;
        var reported = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = new Work(async context =>
        {
            for (int i = 1; i <= Steps; i++) context.Report(i, Steps);
            reported.SetResult();
            await Task.Delay(Timeout.Infinite, context.Starting);
            return new HostOutcome.Completed("never");
        });
        var run = new CommandRunner(new LocalConnector()).Run(work, [new("a")]);
        var told = new List<long>();
        await foreach (var happened in run.WithCancellation(Cancel))
        {
            await reported.Task;
            if (happened is HostEvent.Progress progress) told.Add(progress.Done);
            if (told.Count > 0 && told[^1] == Steps) run.Stop();
        }

        Assert.Equal(told.Order(), told);
        Assert.InRange(told.Count, 2, Steps / 4);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Whoever_only_watches_does_not_end_a_run_by_an_exception()
    {
        var faults = new List<object?>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Peak.Clusters.Remote",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ExceptionRecorder = (Activity _, Exception e, ref TagList _) => { lock (faults) faults.Add(e.Message); },
        };
        ActivitySource.AddActivityListener(listener);
        var calm = new Observer();
        var runner = new CommandRunner(new LocalConnector()) { Observers = [new Observer { Throws = "I can't look" }, calm] };
        var events = await runner.Run(RemoteCommand.Shell("echo hi"), ["a"]).ToListAsync(Cancel);
        Assert.Equal(events, calm.Seen);
        Assert.Equal("completed", calm.End);
        lock (faults) Assert.Single(faults, "I can't look");
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_can_t_even_be_told_to_end_is_left_like_what_takes_no_notice()
    {
        var never = new Work(async context =>
        {
            context.Started(new Deaf { Throws = true });
            await new TaskCompletionSource().Task;
            throw new InvalidOperationException();
        });
        var options = new RunOptions { TimeLimit = TimeSpan.FromMilliseconds(1), GracePeriod = TimeSpan.FromMilliseconds(1) };
        var events = await new CommandRunner(new LocalConnector(), options).Run(never, [new("a")]).ToListAsync(Cancel);
        Assert.Equal(HostOutcome.MayStillRun.Instance, Assert.Single(events.OfType<HostEvent.Ended>()).Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Work_that_takes_no_notice_of_its_end_may_still_run()
    {
        var never = new Work(async context =>
        {
            context.Started(new Deaf());
            await new TaskCompletionSource().Task;
            throw new InvalidOperationException();
        });
        var options = new RunOptions { TimeLimit = TimeSpan.FromMilliseconds(1), GracePeriod = TimeSpan.Zero };
        var events = await new CommandRunner(new LocalConnector(), options).Run(never, [new("a")]).ToListAsync(Cancel);
        Assert.Equal(HostOutcome.MayStillRun.Instance, Assert.Single(events.OfType<HostEvent.Ended>()).Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Spans_and_metrics_tell_of_the_run_and_of_each_target()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Peak.Clusters.Remote",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => { lock (spans) spans.Add(span); },
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener();
        long counted = 0;
        string name = $"target-{Guid.NewGuid():N}";
        meters.InstrumentPublished = (instrument, meter) =>
        {
            if (instrument.Name == "peak.clusters.remote.targets") meter.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (tags[0].Value is "exit status 87") Interlocked.Add(ref counted, value);
        });
        meters.Start();

        await RunRecord.Of(new LocalConnector(), RemoteCommand.Shell("exit 87"), [name]);

        Assert.Equal(1, counted);
        lock (spans)
        {
            var target = Assert.Single(spans, span => span.GetTagItem("peak.target") as string == name);
            Assert.Equal(
                ("peak.target", "exit status 87", ActivityStatusCode.Error),
                (target.OperationName, target.GetTagItem("peak.outcome"), target.Status));
            Assert.Single(spans, span => span.OperationName == "peak.run" && span.SpanId == target.ParentSpanId);
        }
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task An_observer_sees_what_the_reader_sees_and_how_it_ended()
    {
        var observer = new Observer();
        var runner = new CommandRunner(new LocalConnector()) { Observers = [observer] };
        var events = await runner.Run(RemoteCommand.Shell("echo hi"), ["a", "b"]).ToListAsync(Cancel);
        Assert.Equal(events, observer.Seen);
        Assert.Equal("completed", observer.End);
        await foreach (var _ in runner.Run(RemoteCommand.Shell("echo hi"), ["a", "b"]).WithCancellation(Cancel)) break;
        Assert.Equal("error", observer.End);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private sealed class Work(Func<HostWorkContext, ValueTask<HostOutcome>> run) : HostWork
    {
        public override ValueTask<HostOutcome> RunAsync(IConnection connection, HostWorkContext context) => run(context);
    }

    private sealed class Deaf : IStoppable
    {
        public TimeSpan StopLimit => TimeSpan.FromMilliseconds(1);

        public bool Throws { get; init; }

        public void Stop(bool force)
        {
            if (Throws) throw new InvalidOperationException("It does not listen.");
        }
    }

    private sealed class Observer : IRunObserver, IObserver<RunEvent>
    {
        public List<RunEvent> Seen { get; } = [];

        public string End { get; private set; } = "";

        public string? Throws { get; init; }

        public IObserver<RunEvent> Begin(HostRun run) => this;

        public void OnNext(RunEvent value)
        {
            if (Throws is not null) throw new InvalidOperationException(Throws);
            Seen.Add(value);
        }

        public void OnCompleted() => End = "completed";

        public void OnError(Exception error) => End = "error";
    }
}
