#pragma warning disable xUnit1069 // RunResult takes the token of the test
using System.Text;
using Peak.Clusters.Remote.Tests.Execution;
using Peak.Clusters.Remote.Transports;

namespace Peak.Clusters.Remote.Tests.Transports;

/// <summary>A transport that somebody else wrote: in memory, awaiting, failing, never answering.</summary>
public class OwnTransportTests
{
    private const int Limit = 60_000;
    private static readonly RemoteCommand Any = RemoteCommand.Shell("any");

    [Fact(Timeout = Limit)]
    public async Task Streams_in_memory_do()
    {
        var run = await RunResult.Of(new Transport(async (target, _) =>
        {
            await Task.Yield();
            return SessionStart.Started(new Session($"hello from {target.Name}"));
        }), Any, ["a", "b"]);
        Assert.Equal("hello from a", run.Output(0));
        Assert.Equal("hello from b", run.Output(1));
    }

    [Fact(Timeout = Limit)]
    public async Task Its_outcome_is_the_targets()
    {
        var refused = new HostOutcome.Unreachable(HostFailure.Refused, "nobody home");
        var run = await RunResult.Of(new Transport((_, _) => new(SessionStart.Failed(refused))), Any, [.. Enumerable.Repeat("a", 5000)]);
        Assert.All(run.Outcomes, o => Assert.Equal(refused, o));
    }

    [Fact(Timeout = Limit)]
    public async Task An_exception_is_the_failure_of_its_target_alone()
    {
        var run = await RunResult.Of(
            new Transport((target, _) => target.Name == "bad" ? throw new FormatException("broken") : new(SessionStart.Started(new Session("")))),
            Any,
            ["good", "bad", "good2"]);
        Assert.Equal(new HostOutcome.Unreachable(HostFailure.Other, "broken"), run.Ended[1].Outcome);
        Assert.True(run.Ended[0].Outcome.Succeeded && run.Ended[2].Outcome.Succeeded);
    }

    [Fact(Timeout = Limit)]
    public async Task A_host_that_never_answers_is_given_up_at_the_time_limit()
    {
        var run = await RunResult.Of(new Transport(Never), Any, ["a", "b"], new() { FanOut = 1, ConnectTimeout = TimeSpan.FromMilliseconds(20) });
        Assert.All(run.Outcomes, o => Assert.Equal(HostFailure.ConnectTimeout, Assert.IsType<HostOutcome.Unreachable>(o).Failure));
    }

    [Fact(Timeout = Limit)]
    public async Task Stopped_while_connecting_is_not_started()
    {
        using var stop = new CancellationTokenSource();
        var run = await RunResult.Of(
            new Transport((target, cancelled) =>
            {
                stop.Cancel();
                return Never(target, cancelled);
            }),
            Any,
            ["a"],
            new() { ConnectTimeout = null },
            stop: stop);
        Assert.Equal(NotStartedReason.Cancelled, Assert.IsType<HostOutcome.NotStarted>(run.Outcome).Reason);
    }

    [Fact(Timeout = Limit)]
    public async Task It_is_called_on_the_thread_of_the_run()
    {
        var threads = new HashSet<int>();
        await RunResult.Of(
            new Transport(async (_, _) =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                await Task.Delay(1, CancellationToken.None);
                threads.Add(Environment.CurrentManagedThreadId);
                return SessionStart.Started(new Session(""));
            }),
            Any,
            [.. Enumerable.Range(0, 20).Select(i => $"n{i}")]);
        Assert.Single(threads);
    }

    private static async ValueTask<SessionStart> Never(Target target, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException();
    }

    private sealed class Transport(Func<Target, CancellationToken, ValueTask<SessionStart>> start) : ITransport
    {
        public ValueTask<SessionStart> StartAsync(Target target, RemoteCommand command, CancellationToken cancellationToken) =>
            start(target, cancellationToken);

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Session(string output) : IRemoteSession
    {
        public Stream StandardOutput { get; } = new MemoryStream(Encoding.UTF8.GetBytes(output));

        public Stream StandardError => Stream.Null;

        public ValueTask<HostOutcome> WaitAsync() => new(HostOutcome.Exited.Success);

        public void Stop(bool force) { }

        public ValueTask DisposeAsync() => default;
    }
}
