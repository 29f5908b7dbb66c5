using System.Net;
using System.Net.Sockets;

namespace Peak.Cli.Tests.Run;

/// <summary>One run on hosts of which hardly one is as it should be, over real sshds.</summary>
public sealed class RunOnAllKindsOfHostsTests : IDisposable
{
    private readonly List<IDisposable> _used = [];
    private readonly string _netns = $"peak-test-{Environment.ProcessId}-{Guid.NewGuid():N}"[..30];

    public void Dispose() => _used.AsEnumerable().Reverse().ToList().ForEach(used => used.Dispose());

    [Fact]
    public async Task Each_has_its_own_place_in_the_summary_and_in_what_is_remembered()
    {
        Programs.Need("sshd", "openssh-server");
        Programs.NeedRoot("make network namespaces");
        Programs.Need("ip", "iproute2");

        // The hosts of this server are 127.0.2.1, …
        string banner = Use(new TemporaryFolder()).Write("banner", "Mind the gap\n");
        var server = Use(new SshServer(
            matches: $"Match LocalAddress 127.0.2.2\nBanner {banner}\n"
                + "Match LocalAddress 127.0.2.3\nMaxSessions 1\nMatch LocalAddress 127.0.2.4\nMaxSessions 0"));
        var full = Use(new SshServer("MaxStartups 1:100:1"));
        using var firstInTheQueue = new TcpClient();
        await firstInTheQueue.ConnectAsync(IPAddress.Loopback, full.Port, Cancel);
        Assert.Equal(1, await firstInTheQueue.GetStream().ReadAsync(new byte[1], Cancel));

        var refusing = Use(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        refusing.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int trickling = Listen(client => TrickleAsync(client, server.Port)), silent = Listen(SayNothingAsync);
        MakeBlackHole();
        Programs.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", server.PathOf("other"));
        File.WriteAllText(server.PathOf("changed"), $"* {File.ReadAllText(server.PathOf("other.pub"))}");
        string[] addresses = ["good", "talkative", "narrow", "none", "exits", "killed", "dies", "drops", "changed", "unknown", "denied"];
        var home = Use(new RunHome(_ => $"""
            {string.Concat(addresses.Select((name, i) => $"Host {name}\n  HostName 127.0.2.{i + 1}\n"))}
            Host changed
              UserKnownHostsFile {server.PathOf("changed")}
            Host unknown
              UserKnownHostsFile /dev/null
            Host denied
              User nobody
            Host full
              HostName 127.0.0.1
              Port {full.Port}
              IdentityFile {full.PathOf("user")}
              UserKnownHostsFile {full.KnownHosts}
            Host refusing
              HostName 127.0.0.1
              Port {((IPEndPoint)refusing.LocalEndPoint!).Port}
            Host trickling
              HostName 127.0.0.1
              Port {trickling}
            Host silent
              HostName 127.0.0.1
              Port {silent}
              ConnectTimeout 1
            Host hole
              HostName 192.0.2.9
              ConnectTimeout 1
            Host *
              Include {server.ClientConfiguration}
            """));
        home.WriteProgram(
            "bin/ssh",
            $"#!/bin/sh\nfor host; do :; done\n[ \"$host\" = hole ] && set -- -F {home["ssh_config"]} \"$@\" "
            + $"&& exec ip netns exec {_netns} /usr/bin/ssh \"$@\"\nexec /usr/bin/ssh -F {home["ssh_config"]} \"$@\"\n");
        home.Write(
            "command",
            "set -- $SSH_CONNECTION; echo fine; "
            + "case $3 in *.5) exit 3;; *.6) kill -9 $$;; *.7) kill -9 $PPID; sleep 60;; *.8) kill -9 $PPID; exit;; esac");

        var run = home.Bash(
            "peak run -t 1m -w good,talkative,narrow,trickling,exits,killed,none,dies,drops,changed,unknown,denied,full,"
            + "refusing,silent,hole,nowhere.invalid \"$(<command)\"");
        Assert.Equal(3, run.ExitCode);
        // Of those whose connection is lost, output may be lost with it.
        string[] heard = ["exits", "good", "killed", "narrow", "talkative", "trickling"];
        Assert.Equal(heard.Select(name => $"{name}: fine"), run.Lines.Where(line => line is not ("dies: fine" or "drops: fine")).Order());
        Assert.DoesNotContain("Mind the gap", run.Error, StringComparison.Ordinal);
        string[] summary = run.Error[run.Error.IndexOf("peak: 17 hosts in ", StringComparison.Ordinal)..].Split('\n');
        Assert.EndsWith(": 4 succeeded, 2 failed, 11 unreachable", summary[0], StringComparison.Ordinal);
        Assert.Equal(
            [
                "  succeeded: good,narrow,talkative,trickling (4)",
                "  failed, exit status 3: exits",
                "  failed, killed by SIGKILL: killed",
                "  unreachable, not reached: full,none (2)",
                "  unreachable, name not found: nowhere.invalid",
                "  unreachable, connection refused: refusing",
                "  unreachable, connection timed out: hole,silent (2)",
                "  unreachable, host key not trusted: unknown",
                "  unreachable, host key changed or revoked: changed",
                "  unreachable, permission denied: denied",
                "  unreachable, connection lost: dies,drops (2)",
                "peak: to see the keys of hosts, and add them after a yes: peak trust unknown",
                "peak: to see the keys that are not the known ones, and what to do: peak trust changed",
            ],
            summary[1..^1]);

        Assert.Equal("good,narrow,talkative,trickling\n", home.Peak("last", "ok").Out);
        Assert.Equal("exits,killed\n", home.Peak("last", "failed").Out);
        Assert.Equal(
            "changed,denied,dies,drops,full,hole,none,nowhere.invalid,refusing,silent,unknown\n",
            home.Peak("last", "unreachable").Out);
        Assert.Equal("", home.Peak("last", "notrun").Out);
        Assert.Equal("exits: again\nkilled: again\n", home.Peak("run", "-L", "-w", "@last:failed", "echo again").Out);
    }

    [Fact]
    public void A_host_that_never_comes_to_the_point_is_given_up() => IsGivenUp(EndlessBannerAsync);

    [Theory]
    [InlineData]
    [InlineData("--no-multiplex")]
    public void A_host_that_says_nothing_is_given_up(params string[] how) => IsGivenUp(SayNothingAsync, how);

    private void IsGivenUp(Func<TcpClient, Task> talk, params string[] how)
    {
        Programs.Need("sshd", "openssh-server");
        int port = Listen(talk);
        var home = Use(new RunHome(_ => $"Port {port}\n"));
        var run = home.Peak(["run", .. how, "-t", "1", "-w", "127.0.0.1", "true"]);
        Assert.Equal(3, run.ExitCode);
        Assert.EndsWith("  unreachable, connection timed out: 127.0.0.1\n", run.Error, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private T Use<T>(T used)
        where T : IDisposable
    {
        _used.Add(used);
        return used;
    }

    /// <summary>A port of this machine at which each client is talked to.</summary>
    private int Listen(Func<TcpClient, Task> talk)
    {
        var listener = Use(new TcpListener(IPAddress.Loopback, 0));
        listener.Start();
        _ = AcceptAsync();
        return ((IPEndPoint)listener.LocalEndpoint).Port;

        async Task AcceptAsync()
        {
            try
            {
                while (true) _ = TalkAsync(await listener.AcceptTcpClientAsync(Cancel));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException) { }
        }

        async Task TalkAsync(TcpClient client)
        {
            try
            {
                using (client) await talk(client);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException) { }
        }
    }

    private static async Task SayNothingAsync(TcpClient client)
    {
        byte[] ignored = new byte[1024];
        while (await client.GetStream().ReadAsync(ignored, Cancel) > 0) { }
    }

    /// <summary>What a server says comes a byte at a time.</summary>
    private static async Task TrickleAsync(TcpClient client, int port)
    {
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Parse("127.0.2.1"), port, Cancel);
        client.NoDelay = true;
        var asking = client.GetStream().CopyToAsync(server.GetStream(), Cancel);
        byte[] piece = new byte[1];
        while (await server.GetStream().ReadAsync(piece, Cancel) > 0) await client.GetStream().WriteAsync(piece, Cancel);
    }

    /// <summary>A server may say anything before it says who it is; this one never stops.</summary>
    private static async Task EndlessBannerAsync(TcpClient client)
    {
        while (true)
        {
            await client.GetStream().WriteAsync("x\n"u8.ToArray(), Cancel);
            await Task.Delay(50, Cancel);
        }
    }

    /// <summary>A network in which nobody answers.</summary>
    private void MakeBlackHole()
    {
        Programs.Run("ip", "netns", "add", _netns);
        Use(new Undo(() => Programs.Run("ip", "netns", "delete", _netns)));
        Programs.Run("ip", "-n", _netns, "link", "add", "hole", "type", "veth", "peer", "name", "end");
        Programs.Run("ip", "-n", _netns, "address", "add", "192.0.2.1/24", "dev", "hole");
        Programs.Run("ip", "-n", _netns, "link", "set", "hole", "arp", "off", "up");
        Programs.Run("ip", "-n", _netns, "link", "set", "end", "up");
    }

    private sealed class Undo(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }
}
