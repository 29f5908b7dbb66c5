using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Peak.Cli.Tests.Run;

/// <summary>Why a host was not reached is told, however a run is shown.</summary>
public sealed class RunReasonsTests : IDisposable
{
    // What ssh says depends on when exactly it notices.
    private const string Resets = "reset by|hung up";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly RunHome _home;

    public RunReasonsTests()
    {
        _listener.Start();
        int port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _home = new(folder => $"""
            Host proxied
              ProxyCommand sh -c "echo the proxy is out >&2; exit 1"
            Host jumped
              ProxyJump 127.0.0.1:{Programs.FreePort()}
            Host dropped
              Hostname 127.0.0.1
              Port {port}
            """);
        // On a thread of its own: the pool's are busy with tests that wait.
        new Thread(Reset) { IsBackground = true }.Start();
    }

    public void Dispose()
    {
        _listener.Stop();
        _home.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("--no-multiplex")]
    [InlineData("-b")]
    [InlineData("-L")]
    [InlineData("--diff")]
    [InlineData("--json")]
    [InlineData("--json -b")]
    [InlineData("--output-dir out")]
    public void Live_gathered_in_files_in_JSON_and_later(string how)
    {
        // Each has to be tried twice before its time is over.
        var (limit, run) = RunHome.AtTimeLimit(
            seconds => _home.Bash(
                $"peak run -t {seconds} {how} -w proxied,jumped,dropped true >out.txt; echo $?; cat out.txt out/status.json"),
            run => run.Error.Contains("the proxy is out", StringComparison.Ordinal) && Regex.IsMatch(run.Error, Resets)
                && run.Error.Contains("connection refused: jumped", StringComparison.Ordinal));
        Assert.Equal("3", run.Lines[0]);
        ShouldTell(run.Error);
        // Everybody waits for those that may only be busy, for a minute at most.
        if (double.Parse(limit, CultureInfo.InvariantCulture) < 20)
            Assert.Contains($"no connection within {limit} s", run.Error, StringComparison.Ordinal);
        if (how.StartsWith("--json", StringComparison.Ordinal) || how.StartsWith("--output", StringComparison.Ordinal)) ShouldTell(run.Out);
        string last = _home.Peak("last").Out;
        Assert.Contains("connection refused: jumped\n", last, StringComparison.Ordinal);
        ShouldTell(last.Replace("connection refused", "Connection refused", StringComparison.Ordinal));

        static void ShouldTell(string text)
        {
            Assert.Contains("the proxy is out", text, StringComparison.Ordinal);
            Assert.Contains("Connection refused", text, StringComparison.Ordinal);
            Assert.Matches(Resets, text);
        }
    }

    [Fact]
    public void Hosts_with_the_same_reason_are_told_together()
    {
        _home.Write("n1", "");
        var run = _home.Bash("peak run -R exec -b -w 'n[1-3],m1' ./%h/x");
        Assert.Contains("  not started, the program could not be started: m1,n[1-3] (4)\n", run.Error, StringComparison.Ordinal);
        Assert.Matches(@"\n    [^\n]*\./…/x[^\n]*: m1,n\[2-3\] \(3\)\n", run.Error);
        Assert.Matches(@"\n    [^\n]*\./…/x[^\n]*: n1\n", run.Error);
    }

    private void Reset()
    {
        try
        {
            while (true)
            {
                using var client = _listener.AcceptSocket();
                client.LingerState = new(true, 0);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { } // the test is over
    }
}
