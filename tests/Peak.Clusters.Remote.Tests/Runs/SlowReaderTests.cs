using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Tests.Connections;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>
/// Hosts that print faster than anybody reads. Their output is made in memory, so that all that is on its way can be counted.
/// </summary>
[Collection(nameof(Alone))]
public class SlowReaderTests
{
    /// <summary>What may wait to be read: the limit of the queue, a block for each host, the small change of events.</summary>
    private const long MayWait = (4 << 20) + (Hosts * (64 << 10)) + (1 << 20);
    private const int Hosts = 20;
    private static readonly RemoteCommand Any = RemoteCommand.Shell("any");
    private static readonly string[] Names = [.. Enumerable.Range(0, Hosts).Select(i => $"n{i}")];

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hosts_are_slowed_down_and_every_byte_arrives(bool lend)
    {
        const int Bytes = 2 << 20;
        var printed = new Printer();
        var connector = new MemoryConnector(_ => printed.Makes(Bytes));
        var runner = new CommandRunner(connector, new() { FanOut = Hosts, LendOutput = lend });
        long read = 0, most = 0;
        long[] readOf = new long[Hosts];
        await foreach (var happened in runner.Run(Any, Names).WithCancellation(TestContext.Current.CancellationToken))
        {
            if (happened is not HostEvent.Output output) continue;
            // At first nobody reads until no more comes.
            if (read == 0) await Patience.UntilAsync(() => printed.Total >= 3 << 20);
            most = Math.Max(most, printed.Total - read);
            foreach (byte b in output.Data.Span)
                if (b != (byte)(readOf[output.Target.Rank]++ * 7 % 251))
                    Assert.Fail($"Byte {readOf[output.Target.Rank]} of {output.Target} is another.");
            read += output.Data.Length;
        }

        Assert.All(readOf, count => Assert.Equal(Bytes, count));
        Assert.InRange(most, 3 << 20, MayWait);
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_prints_without_end_keeps_no_other_from_its_turn(bool lend)
    {
        var printed = new Printer();
        var connector = new MemoryConnector(target => printed.Makes(target.Rank == 0 ? long.MaxValue : 100));
        var runner = new CommandRunner(connector, new() { LendOutput = lend });
        int ended = 0;
        await foreach (var happened in runner.Run(Any, Names).WithCancellation(TestContext.Current.CancellationToken))
            if (happened is HostEvent.Ended && ++ended == Hosts - 1) break;
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Hosts_that_end_at_once_wait_for_the_reader_too_and_none_is_left_out()
    {
        // More than there is room for events: the run comes to a point where nothing runs and nothing may be started.
        const int Many = 20_000, Room = (4 << 20) / 256;
        var refused = new HostOutcome.Unreachable(HostFailure.Refused, "refused");
        int asked = 0;
        var connector = new MemoryConnector((_, _) =>
        {
            Interlocked.Increment(ref asked);
            throw new ConnectionException(refused);
        });
        int ended = 0;
        var runner = new CommandRunner(connector, new() { FanOut = 1 });
        var events = runner.Run(Any, Enumerable.Range(0, Many).Select(i => $"n{i}"));
        await foreach (var happened in events.WithCancellation(TestContext.Current.CancellationToken))
        {
            if (ended == 0) await Patience.UntilAsync(() => Volatile.Read(ref asked) >= Room);
            Assert.Equal(refused, Assert.IsType<HostEvent.Ended>(happened).Outcome);
            ended++;
        }

        Assert.Equal(Many, ended);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Small_pieces_of_output_that_wait_do_not_each_hold_a_large_block()
    {
        const int Many = 3000;
        var printed = new Printer();
        var runner = new CommandRunner(new MemoryConnector(_ => printed.Makes(10)), new() { FanOut = Many, LendOutput = true });
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var run = runner.Run(Any, Enumerable.Range(0, Many).Select(i => $"n{i}"));
        await foreach (var happened in run.WithCancellation(TestContext.Current.CancellationToken))
            if (happened is HostEvent.Output && printed.Total < 10 * Many) await Patience.UntilAsync(() => printed.Total == 10 * Many);
        // A block is 64 KiB: 200 MB if each had one.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 50_000_000);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_run_that_nobody_reads_any_more_ends_although_its_hosts_wait_for_their_reader()
    {
        var printed = new Printer();
        var runner = new CommandRunner(new MemoryConnector(_ => printed.Makes(long.MaxValue)), new() { FanOut = Hosts });
        await foreach (var happened in runner.Run(Any, Names).WithCancellation(TestContext.Current.CancellationToken))
        {
            if (happened is not HostEvent.Output) continue;
            await Patience.UntilAsync(() => printed.Total >= 3 << 20);
            break;
        }
    }

    /// <summary>Makes output, and counts what has been made.</summary>
    private sealed class Printer
    {
        private long _total;

        public long Total => Volatile.Read(ref _total);

        /// <summary>The output of a host: bytes that tell their place.</summary>
        public Stream Makes(long count) => new Output(this, count);

        private sealed class Output(Printer printer, long count) : Stream
        {
            private long _at;
            private volatile bool _stopped;

            public override bool CanRead => true;

            public override bool CanSeek => false;

            public override bool CanWrite => false;

            public override long Length => throw new NotSupportedException();

            public override long Position
            {
                get => throw new NotSupportedException();
                set => throw new NotSupportedException();
            }

            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
                new(Read(buffer.Span));

            public override int Read(Span<byte> buffer)
            {
                int length = _stopped ? 0 : (int)Math.Min(buffer.Length, count - _at);
                for (int i = 0; i < length; i++) buffer[i] = (byte)(_at++ * 7 % 251);
                Interlocked.Add(ref printer._total, length);
                return length;
            }

            public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

            public override void Flush() { }

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

            public override void SetLength(long value) => throw new NotSupportedException();

            public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            protected override void Dispose(bool disposing)
            {
                _stopped = true;
                base.Dispose(disposing);
            }
        }
    }
}
