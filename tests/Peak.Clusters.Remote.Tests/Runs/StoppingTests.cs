using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Local;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>Time limits and stopping: what is really ended, and what the outcome says.</summary>
public class StoppingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_command_at_its_time_limit_is_ended()
    {
        var run = await PassTimeOnOutput("echo $$; exec sleep 1000");
        Assert.Equal(new HostOutcome.TimedOut(Limit), run.Outcome);
        await ProcessTable.Gone(run.Output());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task It_may_clean_up_when_asked_to_end()
    {
        var run = await PassTimeOnOutput("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        Assert.Equal("ready\nbye\n", run.Output());
        Assert.Equal(new HostOutcome.TimedOut(Limit), run.Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task It_is_killed_where_it_takes_no_notice()
    {
        var run = await StopOnOutput("trap '' TERM; echo $$; while :; do sleep 0.05; done", TimeSpan.FromMilliseconds(20));
        await ProcessTable.Gone(run.Output());
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData("sleep 1000 & echo $!; wait")]
    [InlineData("timeout 1000 sleep 1000 & echo $!; wait")] // makes a group of its own
    [InlineData("(trap '' TERM; exec sleep 1000) > /dev/null 2>&1 & echo $!; wait")] // and holds no pipe of ours
    [InlineData("bash -mc '(trap \"\" TERM; exec sleep 1000) > /dev/null 2>&1 & echo $!; wait'")] // both
    public async Task So_is_all_it_has_started(string command)
    {
        var run = await StopOnOutput(command, TimeSpan.FromSeconds(30));
        await ProcessTable.Gone(run.Output());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_has_left_its_session_does_not_hold_the_run_up()
    {
        var run = await StopOnOutput(
            "setsid sleep 1000 & while [ \"$(ps -o sid= -p $! | tr -d ' ')\" != $! ]; do :; done; echo $!; wait", TimeSpan.Zero);
        int left = int.Parse(run.Output(), CultureInfo.InvariantCulture);
        Assert.True(ProcessTable.Runs(left));
        ProcessTable.Kill(left);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_daemon_outlives_a_command_that_ends_by_itself()
    {
        var run = await RunRecord.Local("sleep 1000 > /dev/null 2>&1 & echo $!");
        Assert.True(run.Outcome.Succeeded);
        int daemon = int.Parse(run.Output(), CultureInfo.InvariantCulture);
        Assert.True(ProcessTable.Runs(daemon));
        ProcessTable.Kill(daemon);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_stopped_run_gives_every_target_its_outcome()
    {
        using var stop = new CancellationTokenSource();
        int outputs = 0;
        var run = await RunRecord.Of(
            new ExecConnector(),
            RemoteCommand.Program("sh", "-c", "echo; exec sleep 1000"),
            [.. Enumerable.Range(0, 100).Select(i => $"n{i}")],
            new() { FanOut = 10 },
            onEvent: e => { if (e is HostEvent.Output && ++outputs == 10) stop.Cancel(); },
            stop: stop);
        Assert.Equal(10, run.Outcomes.Count(o => o is HostOutcome.Canceled));
        Assert.Equal(90, run.Outcomes.Count(o => o is HostOutcome.NotStarted { Reason: NotStartedReason.Canceled }));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_run_stopped_before_it_begins_starts_nothing()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var run = await RunRecord.Of(new LocalConnector(), RemoteCommand.Shell("true"), ["a", "b"], stop: stop);
        Assert.All(run.Outcomes, o => Assert.Equal(NotStartedReason.Canceled, Assert.IsType<HostOutcome.NotStarted>(o).Reason));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Leaving_the_enumeration_kills_what_runs()
    {
        string id = "";
        var runner = new CommandRunner(new LocalConnector());
        var command = RemoteCommand.Shell("trap '' TERM; echo $$; while :; do sleep 0.05; done");
        await foreach (var happened in runner.Run(command, ["a"]).WithCancellation(TestContext.Current.CancellationToken))
        {
            if (happened is not HostEvent.Output output) continue;
            id = System.Text.Encoding.ASCII.GetString(output.Data.Span);
            break;
        }

        await ProcessTable.Gone(id);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Cancelling_the_enumeration_throws_and_kills_what_runs()
    {
        using var cancelling = new CancellationTokenSource();
        string id = "";
        var runner = new CommandRunner(new LocalConnector());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            var run = runner.Run(RemoteCommand.Shell("echo $$; exec sleep 1000"), ["a"]);
            await foreach (var happened in run.WithCancellation(cancelling.Token))
            {
                if (happened is not HostEvent.Output output) continue;
                id = System.Text.Encoding.ASCII.GetString(output.Data.Span);
                await cancelling.CancelAsync();
            }
        });
        await ProcessTable.Gone(id);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Time_limits_hold_where_only_the_portable_way_is_left()
    {
        var run = await PassTimeOnOutput("echo $$; exec sleep 1000", portable: true);
        Assert.Equal(new HostOutcome.TimedOut(Limit), run.Outcome);
        await ProcessTable.Gone(run.Output());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Cancelling_ends_the_enumeration_also_while_nothing_happens()
    {
        string sleep = ProcessTable.NewSleep();
        using var cancelling = new CancellationTokenSource();
        var run = new CommandRunner(new LocalConnector()).Run(RemoteCommand.Shell("exec " + sleep), ["a"]);
        var events = run.GetAsyncEnumerator(cancelling.Token);
        Assert.True(await events.MoveNextAsync());
        await Patience.UntilAsync(() => ProcessTable.Of(sleep).Any());
        var next = events.MoveNextAsync().AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await events.DisposeAsync();
        Assert.Empty(ProcessTable.Of(sleep));
    }

    /// <summary>Runs a command with a time limit that is reached as soon as it has printed something.</summary>
    private static Task<RunRecord> PassTimeOnOutput(string commandLine, bool portable = false)
    {
        var time = new FakeTimeProvider();
        bool passed = false;
        return RunRecord.Of(
            new LocalConnector(),
            RemoteCommand.Shell(commandLine),
            ["a"],
            new() { TimeLimit = Limit, GracePeriod = Limit },
            e =>
            {
                if (e is not HostEvent.StandardOutput || passed) return;
                passed = true;
                time.Advance(Limit);
            },
            portable,
            time: time);
    }

    private static async Task<RunRecord> StopOnOutput(string commandLine, TimeSpan gracePeriod)
    {
        using var stop = new CancellationTokenSource();
        var run = await RunRecord.Of(
            new LocalConnector(),
            RemoteCommand.Shell(commandLine),
            ["a"],
            new() { GracePeriod = gracePeriod },
            onEvent: e => { if (e is HostEvent.StandardOutput) stop.Cancel(); },
            stop: stop);
        Assert.Equal(HostOutcome.Canceled.Instance, run.Outcome);
        return run;
    }
}
