using System.Diagnostics;

namespace Peak.Cli.Tests.Run;

/// <summary>Many hosts, and a machine that has much else to do.</summary>
public sealed class RunOnBusyMachineTests : IClassFixture<SshServerFixture>, IDisposable
{
    private readonly RunHome _home;

    public RunOnBusyMachineTests(SshServerFixture fixture) =>
        _home = new(_ => $"Host h*\n  Hostname 127.0.9.1\nMatch all\nInclude {fixture.Server.ClientConfiguration}\n");

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Two_hundred_hosts_are_reached_beside_eight_busy_loops()
    {
        var loops = Enumerable.Range(0, 8).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])).ToList();
        try
        {
            var run = _home.Peak("run", "-b", "--no-persist", "-w", "h[1-200]", "echo here");
            Assert.Equal((0, "---------------\nh[1-200] (200)\n---------------\nhere\n"), (run.ExitCode, run.Out));
        }
        finally
        {
            foreach (var loop in loops)
            {
                loop.Kill();
                loop.Dispose();
            }
        }
    }
}
