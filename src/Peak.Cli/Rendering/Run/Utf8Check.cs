using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Peak.Cli.Rendering.Run;

/// <summary>Whether bytes that come in blocks are UTF-8; a character may begin in one block and end in another.</summary>
internal sealed class Utf8Check
{
    private readonly byte[] _begun = new byte[4];
    private int _count;
    private bool _isValid = true;

    /// <summary>Whether all that came is UTF-8, and ends with a whole character.</summary>
    public bool IsComplete => _isValid && _count == 0;

    /// <summary>Takes the next block.</summary>
    public void Add(ReadOnlySpan<byte> block)
    {
        // The character that the last block began.
        while (_isValid && _count > 0 && !block.IsEmpty)
        {
            _begun[_count++] = block[0];
            block = block[1..];
            switch (Rune.DecodeFromUtf8(_begun.AsSpan(0, _count), out _, out _))
            {
                case OperationStatus.Done:
                    _count = 0;
                    break;
                case OperationStatus.InvalidData:
                    _isValid = false;
                    break;
            }
        }

        if (!_isValid || block.IsEmpty) return;
        int whole = block.Length;
        for (int last = 1; last < 4 && last <= block.Length; last++)
        {
            if (Rune.DecodeFromUtf8(block[^last..], out _, out _) != OperationStatus.NeedMoreData) continue;
            whole = block.Length - last;
            break;
        }

        _isValid = Utf8.IsValid(block[..whole]);
        block[whole..].CopyTo(_begun);
        _count = block.Length - whole;
    }
}
