using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using CsCheck;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Tests.Connections;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>Input that is a stream: read once, by whoever runs.</summary>
public sealed class StreamedInputTests : IDisposable
{
    private const int Much = 20_000_000;

    private readonly TemporaryFolder _folder = new();

    public StreamedInputTests()
    {
        using var mkfifo = Process.Start("mkfifo", [_folder["go"], _folder["done"]]);
        mkfifo.WaitForExit();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_target_gets_all_of_it()
    {
        var run = await Run(new Zeros(Much), "wc -c", 3);
        Assert.All(Enumerable.Range(0, 3), rank => Assert.Equal($"{Much}\n", run.Output(rank)));
    }

    [Fact]
    public async Task What_has_come_is_passed_on_before_the_end()
    {
        var source = new Source();
        source.Add("one\n"u8);
        string seen = "";
        await Run(source, "cat", 1, onEvent: happened =>
        {
            if (happened is not HostEvent.StandardOutput output) return;
            seen += Encoding.UTF8.GetString(output.Data.Span);
            if (seen == "one\n") source.Add("two\n"u8);
            if (seen == "one\ntwo\n") source.End();
        });
        Assert.Equal("one\ntwo\n", seen);
    }

    [Fact]
    public async Task A_stream_without_end_is_read_no_further_than_somebody_reads()
    {
        var endless = new Zeros(long.MaxValue);
        var run = await Run(endless, "head -c 1000 | wc -c", 3);
        Assert.All(run.Outcomes, outcome => Assert.True(outcome.Succeeded));
        Assert.InRange(endless.Given, 1000, 16 << 20);
    }

    [Fact]
    public async Task A_run_ends_with_its_commands_also_while_the_stream_is_silent()
    {
        var run = await Run(new Source(), "true", 2);
        Assert.All(run.Outcomes, outcome => Assert.True(outcome.Succeeded));
    }

    [Fact]
    public async Task Whoever_closes_his_input_holds_up_nobody()
    {
        var run = await Run(
            new Zeros(Much), $"if [ $1 = n0 ]; then exec <&-; read x <'{_folder["done"]}'; else wc -c; echo >'{_folder["done"]}'; fi", 2);
        Assert.Equal($"{Much}\n", run.Output(1));
        Assert.All(run.Outcomes, outcome => Assert.True(outcome.Succeeded));
    }

    [Fact]
    public async Task The_stream_waits_for_the_slowest()
    {
        var endless = new Zeros(Much);
        long given = 0;
        // The fast one has what the slow one holds up; then that goes on.
        var run = await Run(
            endless,
            $"if [ $1 = n0 ]; then echo begun; read x <'{_folder["go"]}'; wc -c; else head -c 2000000 | wc -c; wc -c; fi",
            2,
            onEvent: happened =>
            {
                if (happened is not HostEvent.StandardOutput { Target.Rank: 1 } || given > 0) return;
                given = endless.Given;
                File.WriteAllText(_folder["go"], "\n");
            });
        Assert.InRange(given, 2_000_000, 8 << 20);
        Assert.Equal($"begun\n{Much}\n", run.Output(0));
    }

    [Fact]
    public async Task Whoever_comes_later_gets_it_from_the_beginning()
    {
        var run = await Run(new Zeros(Much), "wc -c", 3, new() { FanOut = 1 });
        Assert.Equal(1, run.MostAtOnce);
        Assert.All(Enumerable.Range(0, 3), rank => Assert.Equal($"{Much}\n", run.Output(rank)));
    }

    [Fact]
    public async Task Who_is_tried_again_gets_it_from_the_beginning()
    {
        string tried = _folder["tried"];
        var options = new RunOptions { Rollout = new() { Retries = 1, RetryCommands = true, Backoff = new() { First = TimeSpan.Zero } } };
        var run = await Run(new Zeros(Much), $"wc -c; [ -e '{tried}' ] || {{ touch '{tried}'; exit 1; }}", 1, options);
        Assert.Equal($"{Much}\n{Much}\n", run.Output());
        Assert.True(run.Outcome.Succeeded);
    }

    [Fact]
    public async Task Whoever_comes_after_more_than_is_kept_is_told()
    {
        var run = await Run(new Zeros(Much), "wc -c", 2, new() { FanOut = 1 }, mostKept: 8 << 20);
        Assert.Equal($"{Much}\n", run.Output(0));
        var late = Assert.IsType<HostOutcome.NotStarted>(run.Ended[1].Outcome);
        Assert.Equal(
            (NotStartedReason.CannotStart,
                "The beginning of the input is not there any more: only 8 MiB are kept; a file as input can be of any size"),
            (late.Reason, late.Message));
    }

    [Fact]
    public async Task Whoever_is_not_reached_is_not_waited_for()
    {
        var local = new ExecConnector();
        var connector = new MemoryConnector((target, cancel) => target.Rank == 0
            ? throw new ConnectionException(new HostOutcome.Unreachable(HostFailure.Refused, "no"))
            : local.ConnectAsync(target, cancel));
        var command = RemoteCommand.Shell("wc -c") with { Input = CommandInput.FromStream(new Zeros(Much)) };
        var run = await RunRecord.Of(connector, command, ["n0", "n1"]);
        Assert.IsType<HostOutcome.Unreachable>(run.Ended[0].Outcome);
        Assert.Equal($"{Much}\n", run.Output(1));
    }

    [Fact]
    public async Task A_stream_that_breaks_is_no_end_of_input()
    {
        var source = new Source();
        source.Add("half"u8);
        source.Break();
        var run = await Run(source, "cat", 1);
        Assert.Equal("half", run.Output());
        Assert.Equal("its input can't be read: broken", Assert.IsType<HostOutcome.Failed>(run.Outcome).Reason);
    }

    [Fact]
    public async Task A_stream_is_for_one_run()
    {
        var input = CommandInput.FromStream(new MemoryStream());
        var command = RemoteCommand.Shell("cat") with { Input = input };
        await RunRecord.Of(new ExecConnector(), command, ["n0"]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunRecord.Of(new ExecConnector(), command, ["n0"]));
    }

    [Fact]
    public async Task A_script_reads_a_stream_after_its_text()
    {
        var command = RemoteCommand.Script("cat; echo $1\n"u8.ToArray(), "x") with { Input = CommandInput.FromStream(Text("input\n")) };
        Assert.Equal("input\nx\n", (await RunRecord.Of(new ExecConnector(), command, ["n0"])).Output());
    }

    [Fact]
    public void Readers_at_any_time_and_of_any_pace_read_the_same() =>
        Gen.Select(Gen.Byte.Array[0, 100_000], Gen.Int[1, 5_000].Array[1, 5]).Sample((bytes, paces) =>
        {
            var input = CommandInput.FromStream(new MemoryStream(bytes));
            foreach (int pace in paces)
            {
                using var reader = input.OpenRead();
                var read = new MemoryStream();
                byte[] buffer = new byte[pace];
                for (int count; (count = reader.Read(buffer)) > 0;) read.Write(buffer, 0, count);
                Assert.Equal(bytes, read.ToArray());
            }
        });

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private static Task<RunRecord> Run(
        Stream source, string line, int targets, RunOptions? options = null, long mostKept = 1 << 30, Action<RunEvent>? onEvent = null)
    {
        var command = RemoteCommand.Shell(line) with { Input = CommandInput.FromStream(source, mostKept) };
        return RunRecord.Of(new ExecConnector(), command, [.. Enumerable.Range(0, targets).Select(n => $"n{n}")], options, onEvent);
    }

    /// <summary>So many zeros, counted as they are taken.</summary>
    private sealed class Zeros(long count) : Readable
    {
        private long _given;

        public long Given => Volatile.Read(ref _given);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = (int)Math.Min(buffer.Length, count - _given);
            buffer.Span[..read].Clear();
            Interlocked.Add(ref _given, read);
            return new(read);
        }
    }

    /// <summary>A stream that has what a test gives it.</summary>
    private sealed class Source : Readable
    {
        private readonly Channel<byte[]> _parts = Channel.CreateUnbounded<byte[]>();

        public void Add(ReadOnlySpan<byte> bytes) => _parts.Writer.TryWrite(bytes.ToArray());

        public void End() => _parts.Writer.Complete();

        public void Break() => _parts.Writer.Complete(new IOException("broken"));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!await _parts.Reader.WaitToReadAsync(cancellationToken) || !_parts.Reader.TryRead(out byte[]? part)) return 0;
            part.CopyTo(buffer);
            return part.Length;
        }
    }

    private abstract class Readable : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
