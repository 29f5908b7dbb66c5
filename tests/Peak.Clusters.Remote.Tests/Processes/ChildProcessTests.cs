using System.Text;
using Peak.Clusters.Remote.Local;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.Processes;

/// <summary>What a child of ours finds when it starts.</summary>
public class ChildProcessTests
{
    [Fact]
    public async Task Its_standard_streams_are_all_it_has_open()
    {
        var run = await RunRecord.Local("ls /proc/self/fd");
        Assert.Equal("0\n1\n2\n3\n", run.Output());
    }

    [Fact]
    public async Task No_signal_is_ignored_or_blocked()
    {
        var run = await RunRecord.Local("grep -E '^Sig(Ign|Blk)' /proc/self/status");
        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", run.Output());
    }

    [Fact]
    public async Task A_closed_pipe_ends_it_silently()
    {
        var run = await RunRecord.Local("yes | head -1");
        Assert.Equal("y\n", run.Output());
        Assert.Equal("", run.Error());
    }

    [Fact]
    public async Task It_leads_a_session_of_its_own_without_a_terminal()
    {
        var run = await RunRecord.Local("set -- $(cat /proc/self/stat); [ $6 = $$ ] && [ $7 = 0 ] && echo yes");
        Assert.Equal("yes\n", run.Output());
    }

    [Fact]
    public async Task It_reads_nothing_by_default()
    {
        var run = await RunRecord.Local("readlink /proc/self/fd/0; cat");
        Assert.Equal("/dev/null\n", run.Output());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_child_reads_its_input_from_the_beginning(bool portable)
    {
        string text = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"line {i}\n"));
        var command = RemoteCommand.Program("cat") with { Input = CommandInput.FromBytes(Encoding.UTF8.GetBytes(text)) };
        var run = await RunRecord.Of(new LocalConnector(), command, ["a", "b", "c"], portable: portable);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(text, run.Output(i)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Input_comes_from_a_file(bool portable)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "from a file", TestContext.Current.CancellationToken);
        var command = RemoteCommand.Program("cat") with { Input = CommandInput.FromFile(file) };
        var run = await RunRecord.Of(new LocalConnector(), command, ["a", "b"], portable: portable);
        Assert.Equal("from a file", run.Output(0));
        Assert.Equal("from a file", run.Output(1));
        File.Delete(file);
    }

    [Fact]
    public async Task A_missing_input_file_means_not_started()
    {
        var command = RemoteCommand.Program("cat") with { Input = CommandInput.FromFile("/nowhere/to/be/found") };
        var run = await RunRecord.Of(new LocalConnector(), command, ["a"]);
        var outcome = Assert.IsType<HostOutcome.NotStarted>(run.Outcome);
        Assert.Contains("/nowhere/to/be/found", outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_child_need_not_read_its_input(bool portable)
    {
        var command = RemoteCommand.Program("true") with { Input = CommandInput.FromBytes(new byte[1 << 20]) };
        var run = await RunRecord.Of(new LocalConnector(), command, ["a"], portable: portable);
        Assert.True(run.Outcome.Succeeded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Variables_are_added_to_the_environment(bool portable)
    {
        var command = RemoteCommand.Shell("echo $GREETING; [ -n \"$PATH\" ]") with
        {
            Environment = new Dictionary<string, string> { ["GREETING"] = "good morning" },
        };
        var run = await RunRecord.Of(new LocalConnector(), command, ["a"], portable: portable);
        Assert.Equal("good morning\n", run.Output());
        Assert.True(run.Outcome.Succeeded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_program_that_does_not_exist_is_not_started(bool portable)
    {
        var run = await RunRecord.Of(new LocalConnector(), RemoteCommand.Program("no-such-program"), ["a", "b"], portable: portable);
        Assert.All(run.Outcomes, o =>
        {
            var outcome = Assert.IsType<HostOutcome.NotStarted>(o);
            Assert.Equal(NotStartedReason.CannotStart, outcome.Reason);
            Assert.Contains("no-such-program", outcome.Message, StringComparison.Ordinal);
        });
        Assert.Empty(run.StartOrder);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/etc")]
    [InlineData("/no/such/file")]
    public async Task What_is_no_program_is_not_started(string path)
    {
        var run = await RunRecord.Of(new LocalConnector(), RemoteCommand.Program(path), ["a"]);
        Assert.Contains(path, Assert.IsType<HostOutcome.NotStarted>(run.Outcome).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 255)]
    [InlineData(true, 0)]
    [InlineData(true, 255)]
    public async Task Its_status_arrives(bool portable, int status)
    {
        var run = await RunRecord.Of(new LocalConnector(), RemoteCommand.Shell($"exit {status}"), ["a"], portable: portable);
        Assert.Equal(new HostOutcome.Exited(status), run.Outcome);
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("PIPE")]
    [InlineData("35")]
    public async Task The_signal_that_killed_it_has_its_name(string signal)
    {
        var run = await RunRecord.Of(new LocalConnector(), RemoteCommand.Program("bash", "-c", $"kill -{signal} $$"), ["a"]);
        Assert.Equal(new HostOutcome.Signaled(signal), run.Outcome);
    }

    [Fact]
    public async Task Output_closed_early_is_no_end()
    {
        var run = await RunRecord.Local("exec >&- 2>&-; read line < /proc/self/stat; exit 7");
        Assert.Equal(new HostOutcome.Exited(7), run.Outcome);
    }

    [Fact]
    public async Task Binary_output_without_a_final_newline_arrives_as_it_is()
    {
        var bytes = new List<byte>();
        await RunRecord.Of(
            new LocalConnector(),
            RemoteCommand.Program("printf", @"\000\377\033[2J\r\nx"),
            ["a"],
            onEvent: e => { if (e is HostEvent.Output output) bytes.AddRange(output.Data.ToArray()); });
        Assert.Equal([0, 255, 27, .. "[2J\r\nx"u8], bytes);
    }
}
