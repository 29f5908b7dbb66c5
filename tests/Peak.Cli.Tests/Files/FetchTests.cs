using Peak.Cli.Tests.Run;

namespace Peak.Cli.Tests.Files;

/// <summary>Files of hosts, over a real sshd.</summary>
public sealed class FetchTests : IDisposable
{
    private readonly SshServer _server;
    private readonly RunHome _home;

    public FetchTests()
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
    public void Each_host_has_a_folder()
    {
        string there = _home.Write("there/app/log", "one\n");
        _home.Write("there/app/deep/more", "two");
        string above = Path.GetDirectoryName(there)!;
        var run = Fetch("-w", "127.0.0.[2-3]", $"{_home.Path}/the*/app", "here");
        Assert.Equal((0, ""), (run.ExitCode, run.Out));
        Assert.EndsWith(": 2 succeeded\n  2 copied (7 B): 127.0.0.[2-3] (2)\n", run.Error, StringComparison.Ordinal);
        foreach (string host in (string[])["127.0.0.2", "127.0.0.3"])
            Assert.Equal(("one\n", "two"), (Read($"here/{host}{above}/log"), Read($"here/{host}{above}/deep/more")));
        Assert.Equal(0, Fetch("--flat", "-w", "127.0.0.[2-3]", there, "flat").ExitCode);
        Assert.Equal("one\n", Read("flat/log.127.0.0.3"));
    }

    [Fact]
    public void Printed_files_are_gathered_as_output_is()
    {
        string file = _home.Write("motd", "hello\n");
        var run = Fetch("-b", "-w", "127.0.0.[2-3]", file, "-");
        Assert.Equal(["127.0.0.[2-3] (2)", "hello"], run.Lines.Where(line => line[0] != '-'));
        Assert.Equal("hello\n", Fetch("-q", "-N", "-w", "127.0.0.2", file, "-").Out);
    }

    [Fact]
    public void What_is_not_there_is_a_failure_of_its_host()
    {
        var run = Fetch("-w", "127.0.0.2", "/no/such", "here");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("peak: 127.0.0.2: can't look at '/no/such': no such file or folder\n", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Join(_home.Path, "here")));
        string large = _home.Write("large", new string('x', 3000));
        run = Fetch("--max-size", "2k", "-w", "127.0.0.2", large, "here");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("more than 2 KiB, which is the most that is taken", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_fetches_nothing()
    {
        var run = Fetch("-n", "-w", "web[1-2]", "/etc/hosts", "here");
        Assert.Equal((0, "hosts (2): web[1-2]\nfetch /etc/hosts here\n"), (run.ExitCode, run.Out));
    }

    [Theory]
    [InlineData("peak: a folder is missing: 'peak fetch REMOTE… FOLDER', or - to print\n", "-w", "web1", "/etc/hosts")]
    [InlineData("peak: '/etc/../x' has a name '..', which has no place here\n", "-w", "web1", "/etc/../x", "here")]
    [InlineData("peak: no host is named; try 'peak fetch -w HOSTS …'\n", "/etc/hosts", "here")]
    public void A_mistake_fetches_nothing(string message, params string[] arguments)
    {
        var run = Fetch(arguments);
        Assert.Equal((2, message), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Sizes_are_as_everywhere() => Assert.StartsWith(
        "peak: --max-size takes a size like 4096, 512K, 20M or 1.5G, not 'x'",
        Fetch("--max-size", "x", "-w", "web1", "/etc/hosts", "here").Error,
        StringComparison.Ordinal);

    private string Read(string path) => File.ReadAllText(Path.Join(_home.Path, path));

    private Finished Fetch(params string[] arguments) => _home.Peak(["fetch", .. arguments]);
}
