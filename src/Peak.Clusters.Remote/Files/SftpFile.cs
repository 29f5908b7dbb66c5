using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Files.Protocol;

namespace Peak.Clusters.Remote.Files;

/// <summary>An open file of a host, read and written anywhere, by any number of calls at once.</summary>
public sealed class SftpFile : IAsyncDisposable
{
    private readonly SftpClient _client;
    private readonly byte[] _handle;
    private int _closed;

    internal SftpFile(SftpClient client, string path, byte[] handle)
    {
        _client = client;
        _handle = handle;
        Path = path;
    }

    /// <summary>The path by which it was opened.</summary>
    public string Path { get; }

    /// <summary>Reads some bytes.</summary>
    /// <param name="offset">From where, in bytes.</param>
    /// <param name="buffer">Where to; the server may fill only a part of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many; 0 at the end of the file only, or where there is no room.</returns>
    /// <exception cref="SftpException">It can't be read.</exception>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (buffer.IsEmpty) return 0;
        var request = await BeginReadAsync(offset, buffer, cancellationToken).ConfigureAwait(false);
        return Count(await request.AnswerAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes bytes, in pieces that go out without waiting for each other.</summary>
    /// <param name="offset">To where, in bytes.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Gives up; some may have been written.</param>
    /// <exception cref="SftpException">They can't be written; some may have been.</exception>
    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var written = new Queue<SftpRequest>();
        while (!bytes.IsEmpty)
        {
            var chunk = bytes[..Math.Min(bytes.Length, ChunkSize)];
            written.Enqueue(await BeginWriteAsync(offset, chunk.Length, room => chunk.Span.CopyTo(room), cancellationToken)
                .ConfigureAwait(false));
            bytes = bytes[chunk.Length..];
            offset += chunk.Length;
            // What went wrong is found out early.
            while (written.TryPeek(out var first) && first.Task.IsCompleted) Written(await written.Dequeue().Task.ConfigureAwait(false));
        }

        foreach (var request in written) Written(await request.AnswerAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What is known of it.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be looked at.</exception>
    public async ValueTask<SftpAttributes> StatAsync(CancellationToken cancellationToken = default)
    {
        var answer = await _client.AskAsync(SftpMessage.HandleStat, Body(), "can't look at", Path, cancellationToken).ConfigureAwait(false);
        return SftpClient.Expect(answer, SftpMessage.Attributes).Attributes();
    }

    /// <summary>Sets attributes: those that are not null.</summary>
    /// <param name="attributes">What to set. A size cuts the file short, or extends it by zeros.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">They can't be set.</exception>
    public async ValueTask SetAttributesAsync(SftpAttributes attributes, CancellationToken cancellationToken = default) =>
        await (await BeginSetAttributesAsync(attributes, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Waits until what was written survives a crash of the host (<see cref="SftpFeatures.Sync"/>).</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">That fails, or the server can't do it.</exception>
    public async ValueTask SyncAsync(CancellationToken cancellationToken = default) =>
        await (await BeginSyncAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Copies bytes to another file of the host, which does that itself (<see cref="SftpFeatures.CopyData"/>).</summary>
    /// <param name="offset">From where in this file.</param>
    /// <param name="length">How many; 0 for all to the end.</param>
    /// <param name="destination">The other file, open by the same client.</param>
    /// <param name="destinationOffset">To where in that.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">That fails, or the server can't do it.</exception>
    public ValueTask CopyToAsync(
        long offset, long length, SftpFile destination, long destinationOffset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(destinationOffset);
        return _client.DoAsync(
            SftpFeatures.CopyData,
            w => w.String(_handle).UInt64((ulong)offset).UInt64((ulong)length).String(destination._handle).UInt64((ulong)destinationOffset),
            "can't copy to",
            destination.Path,
            cancellationToken);
    }

    /// <summary>Closes it. Some file systems say only then that what was written is not there.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="SftpException">That fails.</exception>
    public async ValueTask CloseAsync(CancellationToken cancellationToken = default) =>
        await (await BeginCloseAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Closes it, where that has not been done, without waiting; whoever writes uses <see cref="CloseAsync"/> before.</summary>
    public ValueTask DisposeAsync()
    {
        Leave();
        return default;
    }

    /// <summary>The same.</summary>
    internal void Leave()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0) _client.Channel.Close(_handle);
    }

    /// <summary>How many chunks may be under way.</summary>
    internal int ChunksAhead => Math.Max(1, _client.Channel.WindowSize / ChunkSize);

    /// <summary>How much is read or written at a time.</summary>
    internal int ChunkSize => _client.ChunkSize;

    internal ValueTask<SftpRequest> BeginReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        buffer = buffer[..Math.Min(buffer.Length, ChunkSize)];
        var body = Body().UInt64((ulong)offset).UInt32((uint)buffer.Length);
        return _client.Channel.SendAsync(SftpMessage.Read, body, buffer, cancellationToken);
    }

    internal ValueTask<SftpRequest> BeginWriteAsync(
        long offset, int count, SftpChannel.SpanAction fill, CancellationToken cancellationToken) =>
        _client.Channel.WriteAsync(_handle, offset, count, fill, cancellationToken);

    internal ValueTask<Task> BeginSetAttributesAsync(SftpAttributes attributes, CancellationToken cancellationToken) =>
        _client.BeginAsync(SftpMessage.SetHandleStat, Body().Attributes(attributes), "can't set attributes of", Path, cancellationToken);

    internal ValueTask<Task> BeginSetOwnerAsync(HostOwner owner, CancellationToken cancellationToken) => _client.BeginAsync(
        SftpMessage.SetHandleStat, Body().Attributes(owner.ToAttributes()), "can't set the owner of", Path, cancellationToken);

    internal ValueTask<Task> BeginSyncAsync(CancellationToken cancellationToken) =>
        _client.BeginAsync(SftpFeatures.Sync, w => w.String(_handle), "can't sync", Path, cancellationToken);

    internal ValueTask<Task> BeginCloseAsync(CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _closed, 1) == 0
            ? _client.BeginAsync(SftpMessage.Close, Body(), "can't write", Path, cancellationToken)
            : new(Task.CompletedTask);

    /// <summary>How much an answer brought.</summary>
    internal int Count(SftpAnswer answer)
    {
        if (SftpClient.IsEnd(answer)) return 0;
        answer = SftpClient.Checked(answer, "can't read", Path);
        return answer.Kind == SftpMessage.Data ? answer.Count : throw SftpClient.Unexpected(answer);
    }

    internal void Written(SftpAnswer answer)
    {
        if (SftpClient.Checked(answer, "can't write", Path).Kind != SftpMessage.Status) throw SftpClient.Unexpected(answer);
    }

    private SftpWriter Body() => new SftpWriter().String(_handle);
}
