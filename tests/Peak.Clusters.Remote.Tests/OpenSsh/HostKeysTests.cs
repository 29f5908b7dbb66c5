using Peak.Clusters.Remote.OpenSsh;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

public class HostKeysTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private readonly SshServer _server = fixture.Server;

    [Theory]
    [InlineData("no")]
    [InlineData("yes")]
    public async Task Hosts_that_were_unknown_are_trusted_once_they_are_added(string hashed)
    {
        string file = _server.PathOf($"known-{hashed}");
        await File.WriteAllTextAsync(file, "# ends without a line break", TestContext.Current.CancellationToken);
        var options = Options(file) with { Options = [$"UserKnownHostsFile={file}", $"HashKnownHosts={hashed}"] };
        string[] hosts = ["127.0.7.1", "127.0.7.2"];

        var scans = await Scan(options, hosts);
        Assert.All(scans, scan => Assert.Equal(HostKeyState.Unknown, scan.State));
        Assert.All(scans, scan => Assert.Equal(Fingerprint(), Assert.Single(scan.Keys).Fingerprint));
        Assert.Equal(2, HostKeys.Add(scans));
        string known = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(hashed == "yes", !known.Contains("127.0.7", StringComparison.Ordinal));

        Assert.All(await Scan(options, hosts), scan => Assert.Equal(HostKeyState.Known, scan.State));
        await using var connector = new OpenSshConnector(options);
        var run = await RunRecord.Of(connector, RemoteCommand.Shell("true"), hosts, new() { ConnectTimeout = null });
        Assert.All(run.Outcomes, outcome => Assert.Equal(HostOutcome.Exited.Success, outcome));
    }

    [Fact]
    public async Task A_changed_key_is_shown_and_never_added()
    {
        Programs.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", _server.PathOf("imposter"));
        string file = _server.PathOf("known-changed");
        string line = $"* {await File.ReadAllTextAsync(_server.PathOf("imposter.pub"), TestContext.Current.CancellationToken)}";
        await File.WriteAllTextAsync(file, line, TestContext.Current.CancellationToken);
        var scan = Assert.Single(await Scan(Options(file), "127.0.7.3"));
        Assert.Equal(HostKeyState.Changed, scan.State);
        Assert.NotEqual(Assert.Single(scan.Keys), Assert.Single(scan.KnownKeys));
        Assert.Equal(0, HostKeys.Add([scan]));
        Assert.Equal(line, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_revoked_key_is_not_just_unknown()
    {
        string file = _server.PathOf("known-revoked");
        await File.WriteAllTextAsync(file, $"@revoked * {_server.HostKey}\n", TestContext.Current.CancellationToken);
        Assert.Equal(HostKeyState.Revoked, Assert.Single(await Scan(Options(file), "127.0.7.4")).State);
    }

    [Fact]
    public async Task A_host_that_shows_no_key_says_why()
    {
        int port = Programs.FreePort();
        var options = Options(_server.KnownHosts) with { Options = [$"Port={port}"] };
        var scan = Assert.Single(await Scan(options, "127.0.7.5"));
        Assert.Equal(HostKeyState.Unreachable, scan.State);
        Assert.Contains($"{port}", scan.Message, StringComparison.Ordinal);
        scan = Assert.Single(await Scan(Options(_server.KnownHosts), "-oProxyCommand=x"));
        Assert.Equal(HostKeyState.Unreachable, scan.State);
    }

    [Fact]
    public async Task An_alias_is_what_the_host_is_known_as()
    {
        string file = _server.PathOf("known-alias");
        var options = Options(file) with { Options = [$"UserKnownHostsFile={file}", "HostKeyAlias=db"] };
        Assert.Equal(1, HostKeys.Add(await Scan(options, "127.0.7.6", "127.0.7.7")));
        Assert.Equal($"db {_server.HostKey}\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    private string Fingerprint() => Programs.Run("ssh-keygen", "-l", "-f", _server.PathOf("host.pub")).Split(' ')[1];

    private OpenSshOptions Options(string file) =>
        new() { ConfigFile = _server.ClientConfiguration, RuntimeFolder = _server.Sockets, Options = [$"UserKnownHostsFile={file}"] };

    private static async Task<List<HostKeyScan>> Scan(OpenSshOptions options, params string[] hosts) =>
        await HostKeys.ScanAsync(hosts.Select(Target.Parse), options, cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
}
