using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>What the runner makes of the answers of a policy.</summary>
public class PolicyTests
{
    private static readonly RemoteCommand NumberAsStatus = RemoteCommand.Program("sh", "-c", "exit $1", "sh", "%n");
    private static readonly string[] Ten = [.. Enumerable.Range(0, 10).Select(i => $"n{i}")];

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Targets_start_in_the_order_of_the_policy()
    {
        var backwards = new Stack<int>(Enumerable.Range(0, 10));
        var run = await Run(new Script(() => backwards.TryPop(out int rank) ? StartDecision.Start(rank) : StartDecision.Wait), fanOut: 3);
        Assert.Equal(Enumerable.Range(0, 10).Reverse(), run.StartOrder);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task After_a_stop_the_rest_was_not_started_and_says_why()
    {
        int next = 0;
        var run = await Run(new Script(() => next < 4 ? StartDecision.Start(next++) : StartDecision.Stop("enough")));
        Assert.Equal(4, run.StartOrder.Count);
        Assert.Equal(6, run.Outcomes.Count(o => o == new HostOutcome.NotStarted(NotStartedReason.Policy, "enough")));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Fail_fast_ends_those_that_run()
    {
        using var folder = new TemporaryFolder();
        // The first fails as soon as the second runs.
        var command = RemoteCommand.Program(
            "sh",
            "-c",
            "[ $1 = 0 ] || { echo >$2; exec sleep 1000; }; until [ -e $2 ]; do sleep 0.1; done; exit 4",
            "sh",
            "%n",
            folder["on"]);
        var options = new RunOptions { FanOut = 2, Rollout = new() { FailFast = true } };
        var run = await RunRecord.Of(new ExecConnector(), command, Ten[..3], options);
        Assert.Equal(
            [
                new HostOutcome.Exited(4),
                HostOutcome.Canceled.Instance,
                new HostOutcome.NotStarted(NotStartedReason.Policy, "a target failed"),
            ],
            run.Outcomes);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Whom_a_policy_never_names_was_not_started()
    {
        var run = await Run(new Script(() => StartDecision.Wait));
        Assert.All(run.Outcomes, o => Assert.IsType<HostOutcome.NotStarted>(o));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_repeated_target_has_one_outcome_the_last()
    {
        var due = new Queue<int>(Enumerable.Range(0, 10));
        var tries = new int[10];
        var run = await Run(new Script(
            () => due.TryDequeue(out int rank) ? StartDecision.Start(rank) : StartDecision.Wait,
            (rank, outcome) =>
            {
                if (outcome.Succeeded || ++tries[rank] == 3) return false;
                due.Enqueue(rank);
                return true;
            }));
        Assert.Equal(18, run.Retries.Count);
        Assert.Equal(1, run.Ended[0].Attempts);
        Assert.All(Enumerable.Range(1, 9), rank => Assert.Equal(3, run.Ended[rank].Attempts));
        Assert.All(Enumerable.Range(0, 10), rank => Assert.Equal(new HostOutcome.Exited(rank), run.Ended[rank].Outcome));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_target_that_waits_to_be_tried_again_when_the_policy_stops_ends_as_its_last_attempt_did()
    {
        int next = 0;
        var run = await Run(
            new Script(() => next < 4 ? StartDecision.Start(next++) : StartDecision.Stop("enough"), (rank, _) => rank == 3),
            fanOut: 1);
        Assert.Equal((new HostOutcome.Exited(3), 1), (run.Ended[3].Outcome, run.Ended[3].Attempts));
        Assert.True(run.Ended[3].Duration > TimeSpan.Zero);
        Assert.Equal(6, run.Outcomes.Count(o => o is HostOutcome.NotStarted));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task So_does_one_that_waits_when_the_run_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        int next = 0;
        var run = await Run(
            new Script(
                () => next < 10 ? StartDecision.Start(next++) : StartDecision.WaitFor(new TaskCompletionSource().Task),
                (rank, _) => rank == 3),
            onEvent: e => { if (e is HostEvent.Retrying) stop.Cancel(); },
            stop: stop);
        Assert.Equal((new HostOutcome.Exited(3), 1), (run.Ended[3].Outcome, run.Ended[3].Attempts));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task And_one_that_is_being_connected_again()
    {
        using var stop = new CancellationTokenSource();
        var refused = new HostOutcome.Unreachable(HostFailure.Refused, "refused");
        var due = new Queue<int>([0]);
        var policy = new Script(
            () => due.TryDequeue(out int rank) ? StartDecision.Start(rank) : StartDecision.Wait,
            (rank, _) =>
            {
                due.Enqueue(rank);
                return true;
            });
        var run = await RunRecord.Of(
            new RefusesOnce(refused, stop),
            NumberAsStatus,
            ["a"],
            new() { Policy = _ => policy },
            stop: stop);
        Assert.Equal((refused, 2), (run.Outcome, run.Ended[0].Attempts));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_pause_is_waited_for_also_when_nothing_runs()
    {
        var pause = new TaskCompletionSource();
        int next = 0;
        int ended = 0;
        var run = await Run(
            new Script(
                () => next == 10 ? StartDecision.Wait
                    : next == 5 && !pause.Task.IsCompleted ? StartDecision.WaitFor(pause.Task)
                    : StartDecision.Start(next++),
                (_, _) => false),
            onEvent: e => { if (e is HostEvent.Ended && ++ended == 5) pause.SetResult(); });
        Assert.Equal(10, run.StartOrder.Count);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_pause_that_is_over_already_is_none()
    {
        int next = 0;
        bool paused = true;
        var run = await Run(new Script(() =>
        {
            paused = !paused;
            return next == 10 ? StartDecision.Wait : paused ? StartDecision.WaitFor(Task.CompletedTask) : StartDecision.Start(next++);
        }));
        Assert.Equal(10, run.StartOrder.Count);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_failed_check_fails_the_run()
    {
        var error = await Assert.ThrowsAsync<FormatException>(
            () => Run(new Script(() => StartDecision.WaitFor(Task.FromException(new FormatException("bad check"))))));
        Assert.Equal("bad check", error.Message);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_policy_that_throws_fails_the_run_and_nothing_goes_on()
    {
        int next = 0;
        await Assert.ThrowsAsync<FormatException>(
            () => Run(new Script(() => next++ == 0 ? StartDecision.Start(0) : throw new FormatException())));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_target_that_is_done_can_not_be_started_again()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Run(new Script(() => StartDecision.Start(0)), fanOut: 1));
    }

    private static Task<RunRecord> Run(
        IRunPolicy policy, int fanOut = 4, Action<RunEvent>? onEvent = null, CancellationTokenSource? stop = null) =>
        RunRecord.Of(new ExecConnector(), NumberAsStatus, Ten, new() { FanOut = fanOut, Policy = _ => policy }, onEvent, stop: stop);

    private sealed class Script(Func<StartDecision> next, Func<int, HostOutcome, bool>? ended = null) : IRunPolicy
    {
        public StartDecision Next() => next();

        public bool Ended(int rank, HostOutcome outcome) => ended?.Invoke(rank, outcome) ?? false;
    }

    /// <summary>Refuses the first connection, and leaves the second hanging until the run is stopped, which it asks for.</summary>
    private sealed class RefusesOnce(HostOutcome refused, CancellationTokenSource stop) : IConnector
    {
        private bool _asked;

        public async ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken)
        {
            if (!_asked)
            {
                _asked = true;
                throw new ConnectionException(refused);
            }

            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
