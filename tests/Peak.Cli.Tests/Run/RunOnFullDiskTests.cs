
namespace Peak.Cli.Tests.Run;

/// <summary>No room for what hosts print or for what is to be remembered: it is said, and nothing goes on for nobody.</summary>
public sealed class RunOnFullDiskTests : IClassFixture<SshServerFixture>, IDisposable
{
    private readonly RunHome _home;

    public RunOnFullDiskTests(SshServerFixture fixture)
    {
        var server = fixture.Server;
        _home = new(_ => $"Include {server.ClientConfiguration}\n");
    }

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("", "exec yes")]
    [InlineData("--json", "exec yes")]
    [InlineData("-b", "yes | head -c 1000000")]
    [InlineData("-b -L", "yes | head -c 1000000")]
    [InlineData("-L", "yes | head -c 1000000")]
    [InlineData("--diff", "set -- $SSH_CONNECTION; yes $3 | head -c 1000000")]
    [InlineData("--json -b", "yes | head -c 1000000")]
    public void Standard_output_without_room_ends_the_run_and_what_runs_on_the_hosts(string how, string command)
    {
        var run = _home.Bash($"peak run {how} -w '127.0.8.[1-2]' 'echo $$ >>{_home["pids"]}; {command}' >/dev/full");
        Assert.Equal((2, "peak: can't write to standard output: No space left on device\n"), (run.ExitCode, run.Error));
        Patience.Until(() => !ProcessTable.AnyRuns(File.ReadAllText(_home["pids"])));
    }

    [Fact]
    public void Errors_of_hosts_that_can_not_be_shown_are_no_success() =>
        Assert.Equal(2, _home.Bash("peak run -w 127.0.8.1 'echo oops >&2' 2>/dev/full").ExitCode);

    [Fact]
    public void A_folder_without_room_ends_the_run_and_what_runs_on_the_hosts()
    {
        var run = OnFullDisk($"peak run -f1 --output-dir full/out -w '127.0.8.[1-9]' 'echo $$ >>{_home["pids"]}; exec yes'");
        Assert.Equal(2, run.ExitCode);
        Assert.Matches($"^peak: can't write '{_home["full/out"]}/127.0.8.1.out': No space left on device.*\n$", run.Error);
        string pid = Assert.Single(File.ReadAllLines(_home["pids"]));
        Patience.Until(() => !ProcessTable.AnyRuns(pid));
    }

    [Fact]
    public void A_folder_that_is_full_before_the_end_is_no_success()
    {
        var run = OnFullDisk("mkdir full/out; peak run --output-dir full/out -w 127.0.8.1 'seq 50000'");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"peak: can't write '{_home["full/out"]}/", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_can_not_be_remembered_says_so_and_the_one_before_stays()
    {
        var run = OnFullDisk("""
            export XDG_STATE_HOME=$PWD/full
            peak run -w 127.0.8.1 false; cat /dev/zero >full/filler
            peak run -w 127.0.8.2 true; echo $?; peak last failed
            """);
        Assert.Equal((0, "0\n127.0.8.1\n"), (run.ExitCode, run.Out));
        Assert.Matches("\npeak: warning: the run is not remembered: No space left on device.*\n$", run.Error);
    }

    [Fact]
    public void Whose_turn_it_is_must_be_remembered()
    {
        var run = OnFullDisk("cat /dev/zero >full/filler; XDG_STATE_HOME=$PWD/full peak run --next -w '127.0.8.[1-2]' 'echo ran'");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains("No space left on device", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Gathering_more_than_memory_may_take_without_room_for_it_is_said()
    {
        var run = OnFullDisk("TMPDIR=$PWD/full peak run -b -w '127.0.8.[1-2]' 'head -c 40000000 /dev/urandom' >out");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(
            "peak: the run was stopped, and later output is left out: output can't be kept in a temporary file in "
            + $"'{_home["full"]}' ($TMPDIR names another folder): No space left on device\n",
            run.Error,
            StringComparison.Ordinal);
        Assert.Contains("peak: 2 hosts in ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_room_for_connections_is_this_machines_fault()
    {
        var run = OnFullDisk("""
            mkdir -m 700 full/run; cat /dev/zero >full/filler
            XDG_RUNTIME_DIR=$PWD/full/run peak run -w '127.0.8.[1-2]' true
            """);
        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.Contains("No space left on device", run.Error, StringComparison.Ordinal);
        Assert.Contains("  not started, the program could not be started: 127.0.8.[1-2] (2)\n", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Runs a line of bash in a mount namespace with a small disk of its own, which is the folder full.</summary>
    private Finished OnFullDisk(string line)
    {
        Programs.NeedRoot("mount a small disk");
        _home.Write("line", $"mkdir full && mount -t tmpfs -o size=256k none full && {{\n{line}\n}} 2>&3");
        return _home.Bash("exec 3>&2; exec unshare --mount --propagation private bash line 2>/dev/null");
    }
}
