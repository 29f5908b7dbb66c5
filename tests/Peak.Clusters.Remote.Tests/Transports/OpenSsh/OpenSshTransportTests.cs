using Peak.Clusters.Remote.Tests.Execution;

namespace Peak.Clusters.Remote.Tests.Transports.OpenSsh;

public class OpenSshTransportTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private readonly SshServer _server = fixture.Server;

    [Fact]
    public async Task Output_error_output_and_status_are_the_commands_own()
    {
        await using var transport = _server.Transport();
        var run = await RunResult.Of(transport, RemoteCommand.Shell("echo out; echo err >&2; exit 7"), ["127.0.1.1"]);
        Assert.Equal((new HostOutcome.Exited(7), "out\n", "err\n"), (run.Outcome, run.Output(), run.Error()));
    }

    [Fact]
    public async Task A_command_that_exits_with_255_was_reached()
    {
        await using var transport = _server.Transport();
        var run = await RunResult.Of(transport, RemoteCommand.Shell("exit 255"), ["127.0.1.2"]);
        Assert.Equal(new HostOutcome.Exited(255), run.Outcome);
    }

    [Fact]
    public async Task A_command_killed_by_a_signal_says_which()
    {
        await using var transport = _server.Transport();
        var run = await RunResult.Of(transport, RemoteCommand.Shell("kill -SEGV $$"), ["127.0.1.3"]);
        Assert.Equal(new HostOutcome.Signaled("SEGV"), run.Outcome);
    }
}

public sealed class SshServerFixture : IDisposable
{
    private SshServer? _server;

    public SshServer Server
    {
        get
        {
            Assert.SkipWhen(SshServer.Missing is not null, SshServer.Missing ?? "");
            return _server ??= new();
        }
    }

    public void Dispose() => _server?.Dispose();
}
