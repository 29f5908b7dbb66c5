using System.Text;
using Peak.Clusters.NodeSets;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Local;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>For ordinary use: results, and lines.</summary>
public class CollectingTests
{

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Each_host_has_a_result_with_its_outcome_output_and_error()
    {
        var runner = new CommandRunner(new ExecConnector());
        var command = RemoteCommand.Program("sh", "-c", "echo out $1; echo err >&2; exit $2", "sh", "%h", "%n");
        var result = await runner.CollectAsync(command, NodeSet.Parse("n[1-3]"), cancellationToken: Cancel);
        Assert.Equal(["n1", "n2", "n3"], result.Select(host => host.Target.Name));
        Assert.Equal(
            ("out n2\n", "err\n", new HostOutcome.Exited(1)),
            (result["n2"].OutputText, result["n2"].ErrorText, result["n2"].Outcome));
        Assert.False(result.Succeeded);
        Assert.Equal(["n2", "n3"], result.Failures.Select(host => host.Target.Name));
        var failure = Assert.Throws<RunFailedException>(() => result.EnsureSucceeded());
        Assert.Equal("n2: exited with status 1; n3: exited with status 2", failure.Message);
        Assert.Same(result, failure.Result);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Hosts_of_a_cluster_and_names_with_users_are_targets_too()
    {
        var runner = new CommandRunner(new ExecConnector());
        var cluster = Cluster.Parse("GROUP:web\nweb1\nann@web2:2222\n");
        var result = await runner.CollectAsync(
            RemoteCommand.Program("echo", "%u", "%h", "%p"), cluster.Groups["web"].Hosts, cancellationToken: Cancel);
        Assert.Equal($"{Environment.UserName} web1 22\n", result[0].OutputText);
        Assert.Equal("ann web2 2222\n", result["ann@web2:2222"].OutputText);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Who_prints_more_than_the_limit_fails_and_the_outcome_says_so()
    {
        var runner = new CommandRunner(new LocalConnector());
        var result = await runner.CollectAsync(RemoteCommand.Shell("printf 0123456789; exec sleep 1000"), ["a"], maxOutput: 4, Cancel);
        Assert.Equal(("0123", new HostOutcome.TooMuchOutput(4)), (result[0].OutputText, result[0].Outcome));
        Assert.Throws<RunFailedException>(result.EnsureSucceeded);
        result = await runner.CollectAsync(RemoteCommand.Shell("printf 0123"), ["a"], maxOutput: 4, Cancel);
        Assert.Equal(("0123", HostOutcome.Exited.Success), (result[0].OutputText, result[0].Outcome));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Canceling_throws_and_kills()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("id", "");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var collecting = new CommandRunner(new LocalConnector()).CollectAsync(
            RemoteCommand.Shell($"echo $$ >{file}; exec sleep 1000"), ["a"], cancellationToken: cancel.Token);
        await Patience.UntilAsync(() => File.ReadAllText(file).EndsWith('\n'));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collecting);
        await ProcessTable.Gone(await File.ReadAllTextAsync(file, Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Lines_come_whole_and_a_failure_comes_after_the_last()
    {
        var lines = new List<string>();
        var command = RemoteCommand.Program("sh", "-c", "printf 'one\\ntw'; sleep 0.05; printf 'o\\nthree'; [ $1 = n1 ]", "sh", "%h");
        var failure = await Assert.ThrowsAsync<RunFailedException>(async () =>
        {
            var runner = new CommandRunner(new ExecConnector());
            await foreach (var line in runner.ReadLinesAsync(command, ["n1", "n2"], Cancel)) lines.Add(line.ToString());
        });
        Assert.Equal(["n1: one", "n1: two", "n1: three"], lines.Where(line => line.StartsWith("n1", StringComparison.Ordinal)));
        Assert.Equal(["n2: one", "n2: two", "n2: three"], lines.Where(line => line.StartsWith("n2", StringComparison.Ordinal)));
        Assert.Equal("n2: exited with status 1", failure.Message);
    }

    [Fact]
    public async Task A_name_with_a_bad_port_is_an_error_before_anything_runs()
    {
        var runner = new CommandRunner(new LocalConnector());
        await Assert.ThrowsAsync<FormatException>(
            () => runner.CollectAsync(RemoteCommand.Shell("true"), ["a:0"], cancellationToken: Cancel));
    }

    [Fact]
    public void Commands_are_equal_by_what_they_do()
    {
        var one = RemoteCommand.Program("echo", "a", "b") with { Environment = new Dictionary<string, string> { ["A"] = "1" } };
        Assert.Equal(one, RemoteCommand.Program("echo", "a", "b") with { Environment = new Dictionary<string, string> { ["A"] = "1" } });
        Assert.NotEqual(one, RemoteCommand.Program("echo", "a", "c") with { Environment = one.Environment });
        Assert.NotEqual(one, RemoteCommand.Program("echo", "a", "b"));
        Assert.NotEqual(one, one with { Input = CommandInput.FromBytes(Encoding.ASCII.GetBytes("x")) });
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
