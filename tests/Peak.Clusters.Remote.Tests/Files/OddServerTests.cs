using System.Buffers.Binary;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files;
using static Peak.Clusters.Remote.Tests.Files.OddServer;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>A host is hostile: whatever its server of files says, there is an exception, and never a hang or a wrong answer.</summary>
public class OddServerTests
{
    private const byte Opens = 3, Reads = 5, OpensFolder = 11, ReadsFolder = 12;

    [Theory(Timeout = Patience.Milliseconds)]
    [MemberData(nameof(Greetings))]
    public async Task What_does_not_greet_as_it_should_is_no_server(byte[] greeting, string message)
    {
        var server = new OddServer(Ok, greeting);
        var broken = await Assert.ThrowsAsync<SftpException>(async () => await SftpClient.OpenAsync(server.Stream, Cancel));
        Assert.Contains(message, broken.Message, StringComparison.Ordinal);
        await Ended(server);
    }

    public static TheoryData<byte[], string> Greetings => new()
    {
        { "Welcome to web1!\nHave fun.\n"u8.ToArray(), "it says 'Welcome to web1!'; a start-up file of the login shell" },
        { [0xff, 0xff, 0xff, 0xff, 2], "a packet of 4294967295 bytes" },
        { [0, 0, 0, 0], "a packet of 0 bytes" },
        { Packet(2, 4u), "version 4 of the protocol instead of 3" },
        { Packet(2, 3u, 1000u), "ends too early" },
        { Packet(101, 0u), "it does not answer the greeting" },
    };

    [Theory(Timeout = Patience.Milliseconds)]
    [MemberData(nameof(Answers))]
    public async Task What_is_no_answer_ends_all_that_was_asked(string _, Func<Request, byte[]?> answer, SftpStatus status)
    {
        var server = new OddServer(answer);
        await using var files = await SftpClient.OpenAsync(server.Stream, Cancel);
        var broken = await Assert.ThrowsAsync<SftpException>(async () => await files.StatAsync("/a", cancellationToken: Cancel));
        Assert.Equal(status, broken.Status);
        broken = await Assert.ThrowsAsync<SftpException>(async () => await files.StatAsync("/b", cancellationToken: Cancel));
        Assert.Equal(status, broken.Status);
    }

    public static TheoryData<string, Func<Request, byte[]?>, SftpStatus> Answers => new()
    {
        { "an id that was not asked", r => Packet(105, r.Id + 1, 0u), SftpStatus.BadMessage },
        { "no id", _ => Packet(105), SftpStatus.BadMessage },
        { "a packet of 2 GB", _ => [0x80, 0, 0, 0, 105], SftpStatus.BadMessage },
        { "the end", _ => null, SftpStatus.ConnectionLost },
        { "the same twice, and then another", r => [.. Packet(105, r.Id), .. Packet(105, r.Id)], SftpStatus.BadMessage },
        { "data that was not asked for", r => Packet(103, r.Id, "data"), SftpStatus.BadMessage },
    };

    [Theory(Timeout = Patience.Milliseconds)]
    [MemberData(nameof(Attributes))]
    public async Task An_answer_that_says_nothing_sensible_is_an_exception(string _, Func<Request, byte[]?> answer)
    {
        await using var files = await SftpClient.OpenAsync(new OddServer(answer).Stream, Cancel);
        var broken = await Assert.ThrowsAsync<SftpException>(async () => await files.StatAsync("/a", cancellationToken: Cancel));
        Assert.Equal(SftpStatus.BadMessage, broken.Status);
    }

    public static TheoryData<string, Func<Request, byte[]?>> Attributes => new()
    {
        { "a size of 2^63", r => Packet(105, r.Id, 1u, 1ul << 63) },
        { "attributes nobody knows", r => Packet(105, r.Id, 0x10u) },
        { "attributes that end too early", r => Packet(105, r.Id, 15u, 1ul) },
        { "four billion extensions", r => Packet(105, r.Id, 0x80000000u, uint.MaxValue) },
        { "a success that has no attributes", Ok },
        { "another kind of answer", Handle },
        { "no status", r => Packet(101, r.Id) },
        { "a status whose words are longer than it", r => Packet(101, r.Id, 4u, uint.MaxValue) },
    };

    [Theory(Timeout = Patience.Milliseconds)]
    [MemberData(nameof(Lists))]
    public async Task A_list_that_can_t_be_is_an_exception(string _, Func<Request, byte[]> names)
    {
        await using var files = await SftpClient.OpenAsync(new OddServer(Listing(names)).Stream, Cancel);
        var broken = await Assert.ThrowsAsync<SftpException>(async () => await files.ListAsync("/a", Cancel).ToListAsync(Cancel));
        Assert.Equal(SftpStatus.BadMessage, broken.Status);
    }

    public static TheoryData<string, Func<Request, byte[]>> Lists => new()
    {
        { "a name with a slash", r => Packet(104, r.Id, 1u, "../../etc/passwd", "", 0u) },
        { "an empty name", r => Packet(104, r.Id, 1u, "", "", 0u) },
        { "a name with a null", r => Packet(104, r.Id, 1u, "a\0b", "", 0u) },
        { "more names than there are bytes", r => Packet(104, r.Id, uint.MaxValue, "a", "", 0u) },
        { "no names, for ever", r => Packet(104, r.Id, 0u) },
        { "itself, for ever", r => Packet(104, r.Id, 1u, ".", "", 0u) },
        { "a handle of 257 bytes", r => Packet(102, r.Id, new string('h', 257)) },
    };

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_list_without_end_is_left_by_whoever_has_enough()
    {
        var server = new OddServer(Listing(r => Packet(104, r.Id, 2u, "a", "", 0u, "b", "", 0u)));
        await using var files = await SftpClient.OpenAsync(server.Stream, Cancel);
        Assert.Equal(10_000, await files.ListAsync("/a", Cancel).Take(10_000).CountAsync(Cancel));
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData(32769)]
    [InlineData(0)]
    public async Task More_data_than_was_asked_for_is_an_exception_and_so_is_none(int length)
    {
        var server = new OddServer(r => r.Kind == Reads ? Packet(103, r.Id, new string('x', length)) : Handle(r));
        await using var files = await SftpClient.OpenAsync(server.Stream, Cancel);
        var broken = await Assert.ThrowsAsync<SftpException>(async () => await files.ReadAllBytesAsync("/a", cancellationToken: Cancel));
        Assert.Equal(SftpStatus.BadMessage, broken.Status);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_file_without_end_is_left_at_its_limit()
    {
        var server = new OddServer(r => r.Kind == Reads ? Packet(103, r.Id, new string('x', 32768)) : Handle(r));
        await using var files = await SftpClient.OpenAsync(server.Stream, Cancel);
        await Assert.ThrowsAsync<SftpException>(async () => await files.ReadAllBytesAsync("/a", 1 << 20, Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Answers_come_byte_by_byte_and_less_than_was_asked_for()
    {
        byte[] content = new byte[1000];
        new Random(2).NextBytes(content);
        var server = new OddServer(request =>
        {
            if (request.Kind != Reads) return request.Kind == Opens ? Handle(request) : Ok(request);
            // h, offset, length
            int offset = (int)BinaryPrimitives.ReadInt64BigEndian(request.Body.AsSpan(5));
            byte[] some = [.. content.Skip(offset).Take(7)];
            return some.Length == 0 ? Packet(101, request.Id, 1u, "", "") : Packet(103, request.Id, (uint)some.Length, some);
        });
        await using var files = await SftpClient.OpenAsync(new Dripping(server.Stream), Cancel);
        Assert.Equal(content, await files.ReadAllBytesAsync("/a", cancellationToken: Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Who_waits_for_an_answer_that_does_not_come_may_leave()
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var asked = new TaskCompletionSource();
        List<Request> unanswered = [];
        await using var files = await SftpClient.OpenAsync(
            new OddServer(request =>
            {
                if (request.Kind == Opens)
                {
                    unanswered.Add(request);
                    asked.SetResult();
                    return [];
                }

                // Then the answer comes after all: what was opened for nobody is closed.
                return request.Kind == 17 ? [.. Handle(unanswered[0]), .. Packet(105, request.Id, 0u)] : Closed(request);
            }).Stream,
            Cancel);
        var opening = files.OpenReadAsync("/a", leave.Token).AsTask();
        await asked.Task;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        await files.StatAsync("/b", cancellationToken: Cancel);
        Assert.Equal("h"u8.ToArray(), (await _closed.Task).Body[4..]);
    }

    private readonly TaskCompletionSource<Request> _closed = new();

    private byte[] Closed(Request request)
    {
        _closed.TrySetResult(request);
        return Ok(request);
    }

    private static Func<Request, byte[]?> Listing(Func<Request, byte[]> names) => r => r.Kind switch
    {
        OpensFolder => names(r) is [_, _, _, _, 102, ..] handle ? handle : Handle(r),
        ReadsFolder => names(r),
        _ => Ok(r),
    };

    private static Task Ended(OddServer server) =>
        server.Done.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Patience.Limit, Cancel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Gives a byte at a time.</summary>
    private sealed class Dripping(DuplexStream inner) : DuplexStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer[..1], cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        public override ValueTask CompleteWritesAsync() => inner.CompleteWritesAsync();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
