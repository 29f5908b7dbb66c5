using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

/// <summary>Networks that lose packets: network namespaces, in which nothing else is touched.</summary>
public sealed class OpenSshNetworkTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>, IDisposable
{
    private readonly SshServer _server = fixture.Server;
    private readonly string _name = $"peak-test-{Environment.ProcessId}-{Guid.NewGuid():N}"[..30];
    private bool _made;

    [Fact]
    public async Task A_host_behind_a_network_that_drops_packets_times_out()
    {
        var run = await Run("192.0.2.9", new() { ConnectTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(HostFailure.ConnectTimeout, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
    }

    [Fact]
    public async Task The_time_limit_of_the_users_own_is_kept_too()
    {
        var run = await Run("192.0.2.9", new() { ConnectTimeout = null }, "ConnectTimeout=1");
        Assert.Equal(HostFailure.ConnectTimeout, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
    }

    [Fact]
    public async Task A_host_in_a_network_without_a_route_is_not_reached()
    {
        var run = await Run("198.51.100.1", new() { ConnectTimeout = null });
        Assert.Equal(HostFailure.NoRoute, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
    }

    [Fact]
    public async Task A_host_that_vanishes_while_a_command_runs_is_lost()
    {
        string ssh = Ssh();
        Programs.Run("ip", "-n", _name, "link", "set", "lo", "up");
        using var server = new SshServer(netns: _name);
        await using var connector = server.Connector(
            o => o with { Program = ssh, Options = ["ServerAliveInterval=1", "ServerAliveCountMax=1"] });
        var command = RemoteCommand.Shell("echo ready; exec sleep 60");
        var run = await RunRecord.Of(connector, command, ["127.0.6.1"], new() { ConnectTimeout = null }, e =>
        {
            if (e is HostEvent.StandardOutput) Programs.Run("ip", "-n", _name, "link", "set", "lo", "down");
        });
        Assert.Equal(HostFailure.ConnectionLost, Assert.IsType<HostOutcome.Unreachable>(run.Outcome).Failure);
    }

    public void Dispose()
    {
        if (_made) Programs.Run("ip", "netns", "delete", _name);
    }

    private async Task<RunRecord> Run(string host, RunOptions options, params string[] sshOptions)
    {
        string ssh = Ssh();
        await using var connector = _server.Connector(o => o with { Program = ssh, Options = sshOptions });
        return await RunRecord.Of(connector, RemoteCommand.Shell("true"), [host], options);
    }

    /// <summary>An ssh in a namespace where 192.0.2.0/24 is a black hole.</summary>
    private string Ssh()
    {
        Programs.NeedRoot("make network namespaces");
        Programs.Need("ip", "iproute2");
        Programs.Run("ip", "netns", "add", _name);
        _made = true;
        Programs.Run("ip", "-n", _name, "link", "add", "hole", "type", "veth", "peer", "name", "end");
        Programs.Run("ip", "-n", _name, "address", "add", "192.0.2.1/24", "dev", "hole");
        Programs.Run("ip", "-n", _name, "link", "set", "hole", "arp", "off", "up");
        Programs.Run("ip", "-n", _name, "link", "set", "end", "up");
        return _server.Program("", $"ip netns exec {_name} ssh");
    }
}
