namespace Peak.Clusters.Remote;

/// <summary>
/// A stream that is read once, as fast as its slowest reader takes it, and of which each reader gets everything.
/// </summary>
/// <remarks>
/// What was read last is in memory, and no reader stays behind that: the stream waits for him. Where readers come later, all that was
/// read is in a nameless temporary file besides, from which they catch up; if that would become too large, they can't come any more. A
/// run says who may still come; without one, anybody may.
/// </remarks>
#pragma warning disable CA1001 // The source of tokens has no timer: it holds nothing that would have to be disposed of.
internal sealed class StreamedInput(Stream source, long mostKept) : CommandInput
#pragma warning restore CA1001
{
    private const int Window = 4 << 20, BlockSize = 1 << 16;
    private readonly Lock _gate = new();
    private readonly List<Reader> _readers = [];
    private readonly CancellationTokenSource _unwanted = new();
    private TaskCompletionSource? _more, _room;
    private byte[] _recent = [];
    private long _length;
    private FileStream? _kept;
    private string? _beginningIsGone, _failure;
    private bool _complete;
    private Task? _pump;
    // Of a run: who has neither begun nor ended. Until a run begins, nobody knows who comes.
    private bool[]? _missing;
    private int _missingCount = 1;
    private bool _inTurns = true, _again;

    /// <summary>Why the stream could not be read to its end; null as long as it could.</summary>
    public string? Failure
    {
        get
        {
            lock (_gate) return _failure;
        }
    }

    /// <summary>A run begins, whose targets are the readers.</summary>
    /// <param name="targets">How many there are.</param>
    /// <param name="inTurns">
    /// Whether some begin only when others have ended. Otherwise all begin soon, and the stream just waits for the last of them.
    /// </param>
    /// <param name="again">Whether a target that has begun may begin once more.</param>
    public void Begin(int targets, bool inTurns, bool again)
    {
        lock (_gate)
        {
            if (_missing is not null || _pump is not null)
                throw new InvalidOperationException("A stream can be read once: its CommandInput is for a single run.");
            _missing = new bool[targets];
            Array.Fill(_missing, true);
            _missingCount = targets;
            _inTurns = inTurns || again;
            _again = again;
        }
    }

    /// <summary>The work has begun on a target of the run.</summary>
    public void Begun(int rank)
    {
        if (!_again) Ended(rank);
    }

    /// <summary>A target of the run has its outcome: it reads nothing more.</summary>
    public void Ended(int rank)
    {
        lock (_gate)
        {
            if (_missing is null || !_missing[rank]) return;
            _missing[rank] = false;
            _missingCount--;
            Left();
        }
    }

    public override Stream OpenRead()
    {
        lock (_gate)
        {
            if (_length > Window && _kept is null)
                throw new IOException(_beginningIsGone ?? "The input began before, and its beginning is not there any more.");
            var reader = new Reader(this);
            _readers.Add(reader);
            _pump ??= Task.Run(PumpAsync);
            Signal(ref _room);
            return reader;
        }
    }

    private async Task PumpAsync()
    {
        byte[] block = new byte[BlockSize];
        try
        {
            int count;
            do
            {
                while (WaitForRoom() is { } room) await room.WaitAsync(_unwanted.Token).ConfigureAwait(false);
                count = await source.ReadAsync(block, _unwanted.Token).ConfigureAwait(false);
                // A reader may have come meanwhile, who is at the beginning.
                while (TryAdd(block.AsSpan(0, count)) is { } room) await room.WaitAsync(_unwanted.Token).ConfigureAwait(false);
            }
            while (count > 0);
        }
        catch (OperationCanceledException) when (_unwanted.IsCancellationRequested) { }
        catch (Exception e)
        {
            lock (_gate)
            {
                _failure = $"its input can't be read: {e.Message}";
                Signal(ref _more);
            }
        }
    }

    /// <summary>What to wait for before more is read; null where there is nothing to wait for.</summary>
    private Task? WaitForRoom()
    {
        lock (_gate)
        {
            // Who is still to come reads from the beginning: where there is no file, it stays in memory.
            long slowest = _missingCount > 0 && !_inTurns ? 0 : _length;
            foreach (var reader in _readers) slowest = Math.Min(slowest, reader.Taken);
            bool hasRoom = _readers.Count > 0 && _length + BlockSize - slowest <= Window;
            return hasRoom ? null : (_room ??= NewSignal()).Task;
        }
    }

    /// <summary>Passes a block on, an empty one as the end; what to wait for where there is no room.</summary>
    private Task? TryAdd(ReadOnlySpan<byte> block)
    {
        lock (_gate)
        {
            if (WaitForRoom() is { } room) return room;
            Keep(block);
            if (_length + block.Length > _recent.Length)
                Array.Resize(ref _recent, (int)Math.Min(Window, Math.Max(_length + block.Length, _recent.Length * 2L)));
            int at = (int)(_length % Window), first = Math.Min(block.Length, _recent.Length - at);
            block[..first].CopyTo(_recent.AsSpan(at));
            block[first..].CopyTo(_recent);
            _length += block.Length;
            _complete = block.IsEmpty;
            Signal(ref _more);
            return null;
        }
    }

    /// <summary>Keeps all from the beginning once it does not fit into memory any more, as long as somebody may come for it.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length <= Window) return;
        if (_missingCount > 0 && (_kept is not null || _length <= Window))
        {
            try
            {
                if (_length + bytes.Length <= mostKept)
                {
                    if (_kept is null)
                    {
                        _kept = TemporaryFile.Create();
                        RandomAccess.Write(_kept.SafeFileHandle, _recent.AsSpan(0, (int)_length), 0);
                    }

                    RandomAccess.Write(_kept.SafeFileHandle, bytes, _length);
                    return;
                }

                Lose($"only {ByteSize.Show(mostKept)} are kept; a file as input can be of any size");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Lose($"it can't be kept in {TemporaryFile.Describe(e)}");
            }
        }

        void Lose(string why) => _beginningIsGone = $"The beginning of the input is not there any more: {why}";

        // All readers that there are find what they need in memory.
        _kept?.Dispose();
        _kept = null;
    }

    private void Left()
    {
        Signal(ref _room);
        if (_missingCount > 0 || _readers.Count > 0) return;
        _ = _unwanted.CancelAsync();
        _kept?.Dispose();
        _kept = null;
    }

    /// <summary>Copies what a reader has not read yet; what to wait for where there is nothing.</summary>
    private Task? Read(Reader reader, Span<byte> buffer, out int count)
    {
        lock (_gate)
        {
            count = 0;
            ObjectDisposedException.ThrowIf(reader.IsClosed, reader);
            if (reader.Taken == _length)
            {
                if (_failure is not null) throw new IOException(_failure);
                return _complete ? null : (_more ??= NewSignal()).Task;
            }

            if (buffer.IsEmpty) return null;
            buffer = buffer[..(int)Math.Min(buffer.Length, _length - reader.Taken)];
            if (_length - reader.Taken > Window)
            {
                count = RandomAccess.Read(_kept!.SafeFileHandle, buffer, reader.Taken);
                if (count == 0) throw new IOException("The temporary file of the input was cut short.");
            }
            else
            {
                int at = (int)(reader.Taken % Window);
                count = Math.Min(buffer.Length, _recent.Length - at);
                _recent.AsSpan(at, count).CopyTo(buffer);
            }

            reader.Taken += count;
            Signal(ref _room);
            return null;
        }
    }

    private void Remove(Reader reader)
    {
        lock (_gate)
        {
            reader.IsClosed = true;
            if (!_readers.Remove(reader)) return;
            Signal(ref _more); // it may be waiting
            Left();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Signal(ref TaskCompletionSource? signal)
    {
        signal?.TrySetResult();
        signal = null;
    }

    private sealed class Reader(StreamedInput input) : OneWayStream
    {
        public bool IsClosed { get; set; }

        /// <summary>How much it has read.</summary>
        public long Taken { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count;
            while (input.Read(this, buffer.Span, out count) is { } more) await more.WaitAsync(cancellationToken).ConfigureAwait(false);
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) input.Remove(this);
            base.Dispose(disposing);
        }
    }
}
