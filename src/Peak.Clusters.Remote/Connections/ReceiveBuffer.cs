using System.Buffers;

namespace Peak.Clusters.Remote.Connections;

/// <summary>What has come and is not taken yet, in one piece of memory that grows to what is needed.</summary>
internal sealed class ReceiveBuffer(int size) : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(size);
    private int _start, _end;

    /// <summary>All of it.</summary>
    public ReadOnlySpan<byte> Waiting => _bytes.AsSpan(_start.._end);

    /// <summary>Takes the first bytes, which are valid until more come.</summary>
    public ReadOnlyMemory<byte> Take(int count)
    {
        _start += count;
        return _bytes.AsMemory(_start - count, count);
    }

    /// <summary>Where more may come to: so much that there can be as many in all as are needed, and one at least.</summary>
    public Memory<byte> Room(int needed)
    {
        if (_start == _end) _start = _end = 0;
        if (_bytes.Length - _start < needed || _end == _bytes.Length)
        {
            byte[] target = _bytes.Length >= needed ? _bytes : ArrayPool<byte>.Shared.Rent(needed);
            Waiting.CopyTo(target);
            if (target != _bytes) ArrayPool<byte>.Shared.Return(_bytes);
            (_bytes, _start, _end) = (target, 0, _end - _start);
        }

        return _bytes.AsMemory(_end);
    }

    /// <summary>So many came there.</summary>
    public void Came(int count) => _end += count;

    public void Dispose()
    {
        byte[] bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
    }
}
