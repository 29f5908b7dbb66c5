using System.Buffers;

namespace Peak.Clusters.Remote.Gathering;

/// <summary>Where one stream of one host stands in an <see cref="OutputStore"/> while it is still printing.</summary>
/// <remarks>
/// As long as the host prints what the host before it printed, the cursor only compares; a block of its own is
/// collected from the first byte on which they differ.
/// </remarks>
internal sealed class OutputCursor(OutputStore store)
{
    private OutputNode _node = store.Root;
    private OutputNode? _guess;
    private byte[] _pending = [];
    // Of the guess as long as there is one, of the pending block otherwise.
    private int _count;
    private bool _differs;
    private byte _last = (byte)'\n';

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        _last = bytes[^1];
        while (!bytes.IsEmpty)
        {
            if (_count == 0 && !_differs) _guess = _node.LastTaken;
            if (_guess is not null)
            {
                var expected = store.BytesOf(_guess)[_count..];
                int same = expected.CommonPrefixLength(bytes);
                _count += same;
                bytes = bytes[same..];
                if (_count == OutputStore.BlockSize)
                {
                    MoveTo(_guess);
                }
                else if (!bytes.IsEmpty)
                {
                    TakeGuessAsPending();
                }

                continue;
            }

            int take = Math.Min(bytes.Length, OutputStore.BlockSize - _count);
            if (_count == 0 && take == OutputStore.BlockSize)
            {
                MoveTo(store.Next(_node, bytes[..take]));
            }
            else
            {
                Reserve(_count + take);
                bytes[..take].CopyTo(_pending.AsSpan(_count));
                _count += take;
                if (_count == OutputStore.BlockSize) EndBlock();
            }

            bytes = bytes[take..];
        }
    }

    /// <summary>Ends the output, completing its last line, and says where it ended.</summary>
    public OutputNode Complete()
    {
        if (_last != '\n') Add("\n"u8);
        if (_count > 0)
        {
            if (_guess is not null && _count == _guess.Length)
            {
                MoveTo(_guess);
            }
            else
            {
                if (_guess is not null) TakeGuessAsPending();
                EndBlock();
            }
        }

        Release();
        return _node;
    }

    /// <summary>Whether what came so far is how that output begins.</summary>
    public bool IsPrefixOf(OutputNode output)
    {
        OutputNode? next = null;
        for (var node = output; node.End > _node.End; node = node.Parent!) next = node;
        if ((next?.Parent ?? output) != _node) return false;
        if (_count == 0) return true;
        if (next is null) return false;
        byte[]? copy = null;
        var mine = _pending.AsSpan(0, _guess is null ? _count : 0);
        if (_guess is not null)
        {
            if (_guess == next) return true;
            // Two blocks at once, of which the store may have to read both.
            copy = store.BytesOf(_guess)[.._count].ToArray();
            mine = copy;
        }

        return store.BytesOf(next).StartsWith(mine);
    }

    private void TakeGuessAsPending()
    {
        var same = store.BytesOf(_guess!)[.._count];
        _guess = null;
        _differs = true;
        int count = _count;
        _count = 0;
        Reserve(count);
        same.CopyTo(_pending);
        _count = count;
    }

    private void EndBlock() => MoveTo(store.Next(_node, _pending.AsSpan(0, _count)));

    private void MoveTo(OutputNode node)
    {
        _node = node;
        _guess = null;
        _count = 0;
        _differs = false;
    }

    private void Reserve(int size)
    {
        if (size <= _pending.Length) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Min(OutputStore.BlockSize, Math.Max(size, _pending.Length * 2))));
        _pending.AsSpan(0, _count).CopyTo(larger);
        Release();
        _pending = larger;
    }

    private void Release()
    {
        if (_pending.Length > 0) ArrayPool<byte>.Shared.Return(_pending);
        _pending = [];
    }
}
