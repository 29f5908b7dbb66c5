using System.Buffers;

namespace Peak.Clusters.Remote.Gathering;

/// <summary>Makes whole lines of the pieces in which one stream of one host arrives. Not thread-safe.</summary>
/// <remarks>
/// Lines that lie within a piece are handed on without a copy; only an unfinished one is kept. A line longer than
/// <see cref="MaxLineLength"/> comes in parts of that length, so that no host can make its reader keep all it prints.
/// </remarks>
public sealed class LineAssembler
{
    /// <summary>The longest line handed on in one part, in bytes: 1 MiB.</summary>
    public const int MaxLineLength = 1 << 20;

    private byte[] _kept = [];
    private int _count;

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">What arrived; must stay unchanged while the result is read.</param>
    /// <returns>The lines this completes, in order. It must be read to its end.</returns>
    public Lines Add(ReadOnlySpan<byte> piece) => new(this, piece);

    /// <summary>Ends the stream.</summary>
    /// <param name="line">The last line, if the stream did not end with a line feed; valid until the next call.</param>
    /// <returns>Whether there is such a line.</returns>
    public bool Complete(out ReadOnlySpan<byte> line)
    {
        line = _kept.AsSpan(0, _count);
        bool any = _count > 0;
        _count = 0;
        return any;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (_count + rest.Length > _kept.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(_count + rest.Length, _kept.Length * 2)));
            _kept.AsSpan(0, _count).CopyTo(larger);
            Release();
            _kept = larger;
        }

        rest.CopyTo(_kept.AsSpan(_count));
        _count += rest.Length;
    }

    private void Release()
    {
        if (_kept.Length > 0) ArrayPool<byte>.Shared.Return(_kept);
        _kept = [];
    }

    /// <summary>The lines that a piece completes, without their line feeds.</summary>
    public ref struct Lines
    {
        private readonly LineAssembler _owner;
        private ReadOnlySpan<byte> _rest;
        private bool _keptIsOut;

        internal Lines(LineAssembler owner, ReadOnlySpan<byte> piece)
        {
            _owner = owner;
            _rest = piece;
        }

        /// <summary>The line; valid until the next call of <see cref="MoveNext"/>.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>Whether <see cref="Current"/> is only a part of a line, which goes on with the next one.</summary>
        public bool IsPart { get; private set; }

        /// <summary>The lines themselves, for <c>foreach</c>.</summary>
        public readonly Lines GetEnumerator() => this;

        /// <summary>Goes to the next line.</summary>
        /// <returns>Whether there is one.</returns>
        public bool MoveNext()
        {
            if (_keptIsOut)
            {
                _owner._count = 0;
                _owner.Release();
                _keptIsOut = false;
            }

            if (_rest.IsEmpty) return false;
            int end = _rest.IndexOf((byte)'\n');
            int room = MaxLineLength - _owner._count;
            int length = end >= 0 ? end : _rest.Length;
            bool whole = end >= 0 && length <= room;
            if (!whole && length <= room)
            {
                _owner.Keep(_rest);
                _rest = default;
                return false;
            }

            IsPart = !whole;
            int take = whole ? length : room;
            if (_owner._count == 0)
            {
                Current = _rest[..take];
            }
            else
            {
                _owner.Keep(_rest[..take]);
                Current = _owner._kept.AsSpan(0, _owner._count);
                _keptIsOut = true;
            }

            _rest = _rest[(whole ? take + 1 : take)..];
            return true;
        }
    }
}
