using System.Text.Json;
using Peak.Cli.Tests.Run;

namespace Peak.Cli.Tests.Files;

/// <summary>Files of hosts are removed over a real sshd, after a list and a question.</summary>
public sealed class RmTests : IDisposable
{
    private readonly SshServer _server;
    private readonly RunHome _home;

    public RmTests()
    {
        Programs.Need("sshd", "openssh-server");
        _server = new("Subsystem sftp internal-sftp");
        _home = new(_ => $"Include {_server.ClientConfiguration}\n");
    }

    public void Dispose()
    {
        _home.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void Without_a_terminal_it_has_to_be_said_that_nobody_is_asked()
    {
        string file = _home.Write("there/a", "a");
        var run = _home.Bash($"setsid -w peak rm -w 127.0.0.2 {file}");
        const string Nobody = "peak: there is no terminal to ask on, and nothing was removed; --yes removes without asking\n";
        Assert.Equal((2, Nobody), (run.ExitCode, run.Error));
        Assert.True(File.Exists(file));
        run = _home.Bash($"setsid -w peak rm --yes -w 127.0.0.2 {file}");
        Assert.Equal((0, ""), (run.ExitCode, run.Out));
        Assert.EndsWith(": 1 succeeded\n  1 removed: 127.0.0.2\n", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void What_would_go_is_listed_once_for_all_hosts_and_asked_for()
    {
        string file = _home.Write("there/a", "a");
        using (var terminal = _home.Terminal($"peak rm -w '127.0.0.[2-3]' {file}"))
        {
            terminal.Await($"127.0.0.[2-3] (2)\r\n");
            terminal.Await($"file {file} (1 B)\r\n");
            terminal.Await("Remove this on 2 hosts? [y/N] ");
            terminal.Type("n\n");
            var no = terminal.End();
            Assert.Equal(1, no.ExitCode);
            Assert.EndsWith("peak: nothing was removed\r\n", no.Out, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(file));
        using (var terminal = _home.Terminal($"peak rm -w 127.0.0.2 {file}"))
        {
            terminal.Await("Remove this on 127.0.0.2? [y/N] ");
            terminal.Type("y\n");
            var yes = terminal.End();
            Assert.Equal(0, yes.ExitCode);
            Assert.EndsWith("  1 removed: 127.0.0.2\r\n", yes.Out, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(file));
        var nothing = _home.Terminal($"peak rm -w 127.0.0.2 {file}").End();
        Assert.Equal(0, nothing.ExitCode);
        Assert.DoesNotContain("Remove this", nothing.Out, StringComparison.Ordinal);
        Assert.EndsWith("  nothing to remove: 127.0.0.2\r\n", nothing.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_hosts_whose_list_was_shown_remove_anything()
    {
        string file = _home.Write("there/a", "a");
        // Nothing listens on the port of the second.
        using var terminal = _home.Terminal($"peak rm -w '127.0.0.2,127.0.0.3:1' {file}");
        terminal.Await("1 succeeded, 1 unreachable\r\n");
        terminal.Await("Remove this on 127.0.0.2? [y/N] ");
        terminal.Type("yes\n");
        var run = terminal.End();
        Assert.Equal(3, run.ExitCode);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void A_dry_run_gathers_and_needs_no_terminal()
    {
        _home.Write("there/one/a", "a");
        _home.Write("there/one/b", "bb");
        string folder = _home["there/one"];
        var run = _home.Bash($"setsid -w peak rm -n -q -b -r -w '127.0.0.[2-3]' {folder}");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["127.0.0.[2-3] (2)", $"folder {folder} with 2 in it (3 B)"], run.Lines.Where(line => line[0] != '-'));
        Assert.True(Directory.Exists(folder));
        run = _home.Peak("rm", "--yes", "--json", "-r", "-w", "127.0.0.2", folder);
        using var ended = JsonDocument.Parse(run.Lines.Single(line => line.Contains("\"ended\"", StringComparison.Ordinal)));
        Assert.Equal("3 removed", ended.RootElement.GetProperty("message").GetString());
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void What_failed_is_said_and_meant_by_last()
    {
        string folder = Directory.CreateDirectory(_home["there"]).FullName;
        var run = _home.Peak("rm", "--yes", "-w", "127.0.0.2", folder);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"peak: 127.0.0.2: '{folder}' is a folder on the host", run.Error, StringComparison.Ordinal);
        Assert.StartsWith($"command: rm {folder}\n", _home.Peak("last").Out, StringComparison.Ordinal);
        Assert.Equal(0, _home.Peak("rm", "--yes", "-r", "-w", "@last:failed", folder).ExitCode);
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("peak: '/' is not to be removed as a whole\n", "-w", "web1", "-r", "--yes", "/")]
    [InlineData("peak: '/*' is a pattern of all that there is\n", "-w", "web1", "/*")]
    [InlineData("peak: the name of a file is empty\n", "-w", "web1", "/tmp/a", "")]
    [InlineData("peak: '/srv//x' has an empty name in it, as where a variable is not set\n", "-w", "web1", "/srv//x")]
    [InlineData("peak: 'web1:/tmp/a' names hosts, which is done by -w web1 ('./web1:/tmp/a' is a file of that name)\n", "web1:/tmp/a")]
    [InlineData("peak: no host is named; try 'peak rm -w HOSTS …'\n", "/tmp/a")]
    public void A_mistake_removes_nothing(string message, params string[] arguments)
    {
        var run = _home.Peak(["rm", .. arguments]);
        Assert.Equal((2, message), (run.ExitCode, run.Error));
    }
}
