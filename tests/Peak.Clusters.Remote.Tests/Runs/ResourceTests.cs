using System.Globalization;
using System.Text;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Local;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>Memory, descriptors and processes; alone, because they are those of the whole test process.</summary>
[Collection(nameof(Alone))]
public class ResourceTests
{

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_host_that_prints_gigabytes_costs_no_more_than_its_buffers()
    {
        const long Bytes = 2L << 30;
        long count = 0;
        long before = Environment.WorkingSet;
        long most = 0;
        var runner = new CommandRunner(new LocalConnector());
        var lending = runner.With(new() { LendOutput = true });
        var command = RemoteCommand.Program("head", "-c", $"{Bytes}", "/dev/zero");
        await foreach (var happened in lending.Run(command, ["a"]).WithCancellation(TestContext.Current.CancellationToken))
        {
            if (happened is not HostEvent.Output output) continue;
            if (count / (64 << 20) != (count += output.Data.Length) / (64 << 20)) most = Math.Max(most, Environment.WorkingSet - before);
        }

        Assert.Equal(Bytes, count);
        Assert.InRange(most, long.MinValue, 64 << 20);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_slow_reader_slows_the_hosts()
    {
        var runner = new CommandRunner(new LocalConnector());
        long written = 0;
        var cancel = TestContext.Current.CancellationToken;
        await foreach (var happened in runner.Run(RemoteCommand.Shell("echo $$; exec yes"), ["a"]).WithCancellation(cancel))
        {
            if (happened is not HostEvent.Output output) continue;
            string id = Encoding.ASCII.GetString(output.Data.Span).Split('\n')[0];

            // While this reader is busy with other things, the host may fill the buffers, and has to wait then.
            long other = 0;
            var zeros = RemoteCommand.Program("head", "-c", "500000000", "/dev/zero");
            await foreach (var second in runner.Run(zeros, ["b"]).WithCancellation(cancel))
                if (second is HostEvent.Output more) other += more.Data.Length;
            Assert.Equal(500_000_000, other);
            written = Written(id);
            break;
        }

        // 4 MB of events, a pipe, and some.
        Assert.InRange(written, 1, 10 << 20);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Thousands_of_children_leave_no_descriptor_no_zombie_and_no_memory()
    {
        await Run(500);
        int before = ProcessTable.OpenDescriptors();
        long memory = GC.GetTotalMemory(forceFullCollection: true), resident = Environment.WorkingSet;
        for (int i = 0; i < 4; i++) await Run(500);
        await Patience.UntilAsync(() => ProcessTable.OpenDescriptors() <= before);
        // Less than the smallest object for each child; what the C library has can't be seen that finely.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 2000 * 24);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 8 << 20);
        Assert.Equal(0, ProcessTable.Zombies());

        static async Task Run(int count)
        {
            string[] targets = [.. Enumerable.Range(0, count).Select(i => $"n{i}")];
            var run = await RunRecord.Of(new ExecConnector(), RemoteCommand.Program("true"), targets);
            Assert.All(run.Outcomes, o => Assert.True(o.Succeeded));
        }
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task So_do_runs_that_were_stopped_or_could_not_start()
    {
        int before = 0;
        for (int i = 0; i <= 20; i++)
        {
            // What is opened once for all runs is open after the first.
            if (i == 1) before = ProcessTable.OpenDescriptors();
            await RunRecord.Of(new LocalConnector(), RemoteCommand.Program("no-such-program"), ["a", "b"]);
            await RunRecord.Local("sleep 1000", new() { TimeLimit = TimeSpan.FromMilliseconds(1) });
            var run = new CommandRunner(new LocalConnector()).Run(RemoteCommand.Shell("sleep 1000"), ["a", "b"]);
            await foreach (var _ in run.WithCancellation(TestContext.Current.CancellationToken))
                break;
        }

        await Patience.UntilAsync(() => ProcessTable.OpenDescriptors() <= before);
        Assert.Equal(0, ProcessTable.Zombies());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task With_few_descriptors_the_fan_out_is_lowered_with_a_word()
    {
        // The limit is that of a process, so another one is needed: this test program, with the test below.
        string self = Environment.ProcessPath!;
        string arguments = Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? $"'{self}' '{typeof(ResourceTests).Assembly.Location}'"
            : $"'{self}'";
        var run = await RunRecord.Local(
            $"ulimit -n 96; exec {arguments} -explicit only -method '*.{nameof(Three_hundred_targets_under_a_low_limit)}' -noColor");
        Assert.True(run.Outcome.Succeeded, run.Output() + run.Error());
        Assert.Contains("Total: 1,", run.Output(), StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task Three_hundred_targets_under_a_low_limit()
    {
        string[] targets = [.. Enumerable.Range(0, 300).Select(i => $"n{i}")];
        var run = await RunRecord.Of(
            new ExecConnector(), RemoteCommand.Program("echo", "%n"), targets, new() { FanOut = 200 });
        int lowered = Assert.IsType<RunEvent.FanOutLowered>(Assert.Single(run.RunEvents)).FanOut;
        Assert.All(run.Outcomes, o => Assert.Equal(HostOutcome.Exited.Success, o));
        Assert.InRange(lowered, 1, 31);
        Assert.InRange(run.MostAtOnce, 1, lowered);
    }

    private static long Written(string id) => long.Parse(
        File.ReadLines($"/proc/{id}/io").Single(line => line.StartsWith("wchar:", StringComparison.Ordinal))["wchar:".Length..],
        CultureInfo.InvariantCulture);
}
