using System.Text;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Local;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.Connections;

/// <summary>A connector that somebody else wrote: in memory, awaiting, failing, never answering, decorating another.</summary>
public class OwnConnectorTests
{
    private static readonly RemoteCommand Any = RemoteCommand.Shell("any");

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Streams_in_memory_do()
    {
        var run = await RunRecord.Of(new MemoryConnector(async (target, _) =>
        {
            await Task.Yield();
            return MemoryConnector.Prints(target, $"hello from {target.Name}");
        }), Any, ["a", "b"]);
        Assert.Equal("hello from a", run.Output(0));
        Assert.Equal("hello from b", run.Output(1));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Its_outcome_is_the_targets()
    {
        var refused = new HostOutcome.Unreachable(HostFailure.Refused, "nobody home");
        var connector = new MemoryConnector((_, _) => throw new ConnectionException(refused));
        var run = await RunRecord.Of(connector, Any, [.. Enumerable.Repeat("a", 5000)]);
        Assert.All(run.Outcomes, o => Assert.Equal(refused, o));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task An_exception_is_the_failure_of_its_target_alone()
    {
        var run = await RunRecord.Of(
            new MemoryConnector((target, _) =>
                target.Name == "bad" ? throw new FormatException("broken") : new(MemoryConnector.Prints(target, ""))),
            Any,
            ["good", "bad", "good2"]);
        Assert.Equal(new HostOutcome.Unreachable(HostFailure.Other, "broken"), run.Ended[1].Outcome);
        Assert.True(run.Ended[0].Outcome.Succeeded && run.Ended[2].Outcome.Succeeded);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_host_that_never_answers_is_given_up_at_the_time_limit()
    {
        var run = await RunRecord.Of(
            new MemoryConnector(Never), Any, ["a", "b"], new() { FanOut = 1, ConnectTimeout = TimeSpan.FromMilliseconds(20) });
        Assert.All(run.Outcomes, o => Assert.Equal(HostFailure.ConnectTimeout, Assert.IsType<HostOutcome.Unreachable>(o).Failure));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Stopped_while_connecting_is_not_started()
    {
        using var stop = new CancellationTokenSource();
        var run = await RunRecord.Of(
            new MemoryConnector((target, canceled) =>
            {
                stop.Cancel();
                return Never(target, canceled);
            }),
            Any,
            ["a"],
            new() { ConnectTimeout = null },
            stop: stop);
        Assert.Equal(NotStartedReason.Canceled, Assert.IsType<HostOutcome.NotStarted>(run.Outcome).Reason);
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_decorator_may_go_on_on_any_thread(bool interactive)
    {
        IConnector inner = interactive ? new LocalConnector() : new ExecConnector();
        var command = RemoteCommand.Program("sh", "-c", "echo out; echo err >&2; exit 3");
        string[] targets = [.. Enumerable.Range(0, 50).Select(i => $"n{i}")];
        var run = await RunRecord.Of(new Decorator(inner), command, targets, new() { FanOut = 10 });
        Assert.All(run.Outcomes, o => Assert.Equal(new HostOutcome.Exited(3), o));
        Assert.All(Enumerable.Range(0, 50), rank => Assert.Equal(("out\n", "err\n"), (run.Output(rank), run.Error(rank))));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_a_decorator_started_is_ended_with_its_run()
    {
        using var stop = new CancellationTokenSource();
        var run = await RunRecord.Of(
            new Decorator(new LocalConnector()),
            RemoteCommand.Shell("echo $$; exec sleep 1000"),
            ["a"],
            onEvent: e => { if (e is HostEvent.StandardOutput) stop.Cancel(); },
            stop: stop);
        Assert.Equal(HostOutcome.Canceled.Instance, run.Outcome);
        await ProcessTable.Gone(run.Output());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_a_kind_of_connection_has_not_is_refused_by_its_kind()
    {
        await using var exec = await new ExecConnector().ConnectAsync(new("a"), Cancel);
        var subsystem = await Assert.ThrowsAsync<ChannelNotSupportedException>(async () => await exec.OpenSubsystemAsync("sftp", Cancel));
        Assert.Equal(ChannelKind.Subsystem, subsystem.Kind);
        var socket = await Assert.ThrowsAsync<ChannelNotSupportedException>(
            async () => await exec.OpenSocketAsync(new System.Net.DnsEndPoint("a", 1), Cancel));
        Assert.Equal(ChannelKind.Socket, socket.Kind);
        var withTerminal = Any with { Terminal = new("dumb", new(80, 24)) };
        var terminal = await Assert.ThrowsAsync<ChannelNotSupportedException>(async () => await exec.StartAsync(withTerminal, Cancel));
        Assert.Equal(ChannelKind.Terminal, terminal.Kind);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Without_a_run_a_command_is_written_to_read_from_and_waited_for()
    {
        await using var connection = await new LocalConnector().ConnectAsync(new("here"), Cancel);
        await using var command = await connection.StartAsync(
            RemoteCommand.Shell("while read line; do echo \"<$line>\"; done") with { Input = CommandInput.Interactive }, Cancel);
        using var reader = new StreamReader(command.StandardOutput);
        foreach (string word in (string[])["one", "two"])
        {
            await command.StandardInput.WriteAsync(Encoding.UTF8.GetBytes(word + "\n"), Cancel);
            Assert.Equal($"<{word}>", await reader.ReadLineAsync(Cancel));
        }

        await command.StandardInput.DisposeAsync();
        Assert.Null(await reader.ReadLineAsync(Cancel));
        Assert.Equal(HostOutcome.Exited.Success, await command.WaitAsync());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_signal_reaches_a_command_on_this_machine()
    {
        await using var connection = await new LocalConnector().ConnectAsync(new("here"), Cancel);
        await using var command = await connection.StartAsync(
            RemoteCommand.Shell("trap 'echo got it; exit 4' USR1; echo ready; while :; do sleep 0.05; done"), Cancel);
        using var reader = new StreamReader(command.StandardOutput);
        Assert.Equal("ready", await reader.ReadLineAsync(Cancel));
        Assert.Throws<ArgumentException>(() => command.SendSignal("SIGUSR1"));
        command.SendSignal("USR1");
        Assert.Equal("got it", await reader.ReadLineAsync(Cancel));
        Assert.Equal(new HostOutcome.Exited(4), await command.WaitAsync());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async ValueTask<IConnection> Never(Target target, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException();
    }

    /// <summary>Waits as libraries do, without coming back to the thread of its caller.</summary>
    private sealed class Decorator(IConnector inner) : IConnector
    {
        public async ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken)
        {
            await Task.Delay(1, cancellationToken).ConfigureAwait(false);
            return new DecoratedConnection(await inner.ConnectAsync(target, cancellationToken).ConfigureAwait(false));
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class DecoratedConnection(IConnection inner) : IConnection
    {
        public Target Target => inner.Target;

        public async ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken)
        {
            await Task.Delay(1, cancellationToken).ConfigureAwait(false);
            return await inner.StartAsync(command, cancellationToken).ConfigureAwait(false);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
