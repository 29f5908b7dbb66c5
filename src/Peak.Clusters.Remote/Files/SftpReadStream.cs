using System.Buffers;
using Peak.Clusters.Remote.Files.Protocol;

namespace Peak.Clusters.Remote.Files;

/// <summary>
/// A file of a host from its beginning to its end. What comes next is asked for before it is wanted: a little at first, so that a small
/// file costs little.
/// </summary>
/// <param name="file">The file, which is the stream's.</param>
/// <param name="seen">Is told how much is taken each time, and may refuse by an exception.</param>
internal sealed class SftpReadStream(SftpFile file, Action<int>? seen = null) : OneWayStream
{
    private readonly List<Chunk> _ahead = [];
    private Chunk? _current;
    private long _asked;
    private int _wanted = 1;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (_current is not { IsTaken: false })
        {
            if (_current is not null) Free();
            if (_ended) return 0;
            while (_ahead.Count < _wanted)
            {
                // Most files are small.
                int length = _asked == 0 ? SftpClient.LeastChunk : file.ChunkSize;
                _ahead.Add(await AskAsync(_asked, length, cancellationToken).ConfigureAwait(false));
                _asked += length;
            }

            _wanted = Math.Min(_wanted * 2, file.ChunksAhead);
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }

        int count = _current.Take(buffer.Span);
        seen?.Invoke(count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Leave();
            _ended = true;
            if (_current is not null) Free();
            // Only what nobody writes to any more goes back to the pool.
            foreach (var chunk in _ahead)
                if (chunk.Request.Claim()) chunk.Free();
            _ahead.Clear();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<Chunk> AskAsync(long offset, int length, CancellationToken cancellationToken)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        var request = await file.BeginReadAsync(offset, bytes.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        return new(bytes, offset, length, request);
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        var chunk = _ahead[0];
        int count = file.Count(await chunk.Request.AnswerAsync(cancellationToken).ConfigureAwait(false));
        _ahead.RemoveAt(0);
        _current = chunk;
        _ended = count == 0;
        chunk.Count = count;
        // A server may bring less than was asked for: what is missing comes before all else.
        if (count > 0 && count < chunk.Length)
            _ahead.Insert(0, await AskAsync(chunk.Offset + count, chunk.Length - count, cancellationToken).ConfigureAwait(false));
    }

    private void Free()
    {
        _current!.Free();
        _current = null;
    }

    private sealed class Chunk(byte[] bytes, long offset, int length, SftpRequest request)
    {
        private int _taken;

        public long Offset => offset;

        public int Length => length;

        public SftpRequest Request => request;

        public int Count { get; set; }

        public bool IsTaken => _taken == Count;

        public int Take(Span<byte> room)
        {
            int count = Math.Min(room.Length, Count - _taken);
            bytes.AsSpan(_taken, count).CopyTo(room);
            _taken += count;
            return count;
        }

        public void Free() => ArrayPool<byte>.Shared.Return(bytes);
    }
}
