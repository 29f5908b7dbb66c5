using System.Text.Json;
using Peak.Cli.Tests.Run;

namespace Peak.Cli.Tests.Files;

/// <summary>Hosts with a small file system of their own: a real sshd in a mount namespace.</summary>
public sealed class DfTests : IDisposable
{
    private readonly TemporaryFolder _there = new();
    private readonly SshServer _server;
    private readonly RunHome _home;
    private readonly string _small;

    public DfTests()
    {
        Programs.Need("sshd", "openssh-server");
        Programs.NeedRoot("mount a file system");
        _small = Directory.CreateDirectory(_there["small"]).FullName;
        // 230 of 256 pages, and one file of 10 besides the folder itself.
        _there.Write("enter", $"""
            set -e
            mount -t tmpfs -o size=1m,nr_inodes=10 small {_small}
            head -c 942080 /dev/zero >{_small}/file
            exec "$@"
            """);
        _server = new(
            "Subsystem sftp internal-sftp", inside: ["unshare", "--mount", "--propagation", "private", "sh", _there["enter"]]);
        _home = new(_ => $"Include {_server.ClientConfiguration}\n");
    }

    public void Dispose()
    {
        _home.Dispose();
        _server.Dispose();
        _there.Dispose();
    }

    [Fact]
    public void Equal_rows_stand_once_for_their_hosts()
    {
        var run = Df("-w", "127.0.0.[2-4]", _small);
        string wide = new(' ', _small.Length - 4);
        Assert.Equal(
            $"used    size    free  path{wide}  hosts\n"
            + $" 90%  1.0 MB  106 kB  {_small}  127.0.0.[2-4] (3)\n"
            + $" 90%  3.1 MB  319 kB  total\n",
            run.Out);
        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith(": 3 succeeded\n  1 file system: 127.0.0.[2-4] (3)\n", run.Error, StringComparison.Ordinal);
        run = Df("-q", "-i", "-w", "127.0.0.2", _small);
        Assert.Equal(($"used  files  free  path{wide}  hosts\n 20%     10     8  {_small}  127.0.0.2\n", ""), (run.Out, run.Error));
    }

    [Fact]
    public void What_is_fuller_than_it_may_be_is_the_exit_code()
    {
        var run = Df("-q", "--over", "89%", "-w", "127.0.0.2", _small, "/proc");
        Assert.Equal((1, 2, ""), (run.ExitCode, run.Lines.Length, run.Error));
        run = Df("-q", "--over", "90", "-w", "127.0.0.2", _small);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Out, run.Error));
        Assert.Equal(1, Df("-q", "-i", "--over", "19", "-w", "127.0.0.2", _small).ExitCode);
        // All that is mounted has it, too.
        run = Df("-q", "--over", "89", "-w", "127.0.0.2");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"  {_small}  127.0.0.2\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void As_json_each_file_system_is_an_event_before_the_end_of_its_host()
    {
        var run = Df("--json", "-w", "127.0.0.2", _small);
        var events = run.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["started", "filesystem", "ended", "summary"], events.Select(e => e.GetProperty("event").GetString()));
        var system = events[1];
        Assert.Equal(("127.0.0.2", _small), (system.GetProperty("host").GetString(), system.GetProperty("path").GetString()));
        Assert.Equal((1L << 20, 942080), (system.GetProperty("size").GetInt64(), system.GetProperty("used").GetInt64()));
        Assert.Equal((90, 20), (system.GetProperty("usedPercent").GetInt32(), system.GetProperty("usedFilesPercent").GetInt32()));
    }

    [Fact]
    public void What_a_host_can_not_tell_is_its_failure()
    {
        var run = Df("-w", "127.0.0.2", _small, "/no/such");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"  {_small}  127.0.0.2\n", run.Out, StringComparison.Ordinal);
        const string Reason = "can't see how full it is at '/no/such': no such file or folder";
        Assert.StartsWith($"peak: 127.0.0.2: {Reason}\n", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("command: df ", _home.Peak("last").Out, StringComparison.Ordinal);
        Assert.Equal(1, Df("-w", "@last:failed", "/no/such").ExitCode);
    }

    [Theory]
    [InlineData("peak: --over takes a percentage, like 90 or 90%, not '9x'.\nTry 'peak df --help'.\n", "-w", "web1", "--over", "9x")]
    [InlineData("peak: the name of a file is empty\n", "-w", "web1", "")]
    [InlineData("peak: no host is named; try 'peak df -w HOSTS …'\n")]
    public void A_mistake_asks_nobody(string message, params string[] arguments)
    {
        var run = Df(arguments);
        Assert.Equal((2, message), (run.ExitCode, run.Error));
    }

    private Finished Df(params string[] arguments) => _home.Peak(["df", .. arguments]);
}
