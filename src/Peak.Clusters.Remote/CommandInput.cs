namespace Peak.Clusters.Remote;

/// <summary>
/// What a command reads from its standard input: the same for every target, each from the beginning and at its own pace.
/// </summary>
public abstract class CommandInput
{
    private protected CommandInput() { }

    /// <summary>Nothing: <c>/dev/null</c>.</summary>
    public static CommandInput None { get; } = new Nothing();

    /// <summary>
    /// What is written to <see cref="Connections.ICommandChannel.StandardInput"/> while the command runs: for whoever opens the channel
    /// himself. In a run, where nobody writes there, the command would wait for ever.
    /// </summary>
    public static CommandInput Interactive { get; } = new ByHand();

    /// <summary>These bytes, then the end. They are not copied: don't change them during a run.</summary>
    /// <param name="bytes">The bytes.</param>
    public static CommandInput FromBytes(ReadOnlyMemory<byte> bytes) => new Bytes(bytes);

    /// <summary>The contents of a regular file; not read into memory.</summary>
    /// <param name="path">The file.</param>
    public static CommandInput FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new Contents(path);
    }

    /// <summary>
    /// What a stream has, as it comes: standard input, say. It is read once, as fast as the slowest target takes it, so a memory of a few
    /// MiB is enough; and not further than somebody reads. For a single run.
    /// </summary>
    /// <remarks>
    /// Targets that begin later read from the beginning, too. So where a run has more targets than may be worked on at once, or has
    /// batches or retries, what was read is kept in a nameless temporary file; from its limit on, a target that would begin then can't
    /// start. Where the stream can't be read to its end, the commands that run are <see cref="HostOutcome.Failed"/>.
    /// </remarks>
    /// <param name="stream">The stream; it is not disposed of.</param>
    /// <param name="mostKept">How many bytes are kept at most for targets that begin later; 1 GiB by default.</param>
    public static CommandInput FromStream(Stream stream, long mostKept = 1L << 30)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(mostKept);
        return new StreamedInput(stream, mostKept);
    }

    /// <summary>A new stream over the input, for a connector that carries it itself; it has only to be readable.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="InvalidOperationException">It is <see cref="Interactive"/>.</exception>
    public abstract Stream OpenRead();

    /// <summary>Opens what is fed to a command; null where nothing is: there is no input, or somebody else writes it.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    internal Stream? Open()
    {
        try
        {
            return this is Nothing or ByHand ? null : OpenRead();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Whether the end of the input is for somebody else to say.</summary>
    internal virtual bool StaysOpen => false;

    internal sealed class Nothing : CommandInput
    {
        public override Stream OpenRead() => Stream.Null;
    }

    internal sealed class ByHand : CommandInput
    {
        internal override bool StaysOpen => true;

        public override Stream OpenRead() => throw new InvalidOperationException("Interactive input is written to the command's channel.");
    }

    internal sealed class Bytes(ReadOnlyMemory<byte> value) : CommandInput
    {
        public ReadOnlyMemory<byte> Value => value;

        public override Stream OpenRead() => new ByteStream(value);
    }

    internal sealed class Contents(string path) : CommandInput
    {
        public string Path => path;

        public override Stream OpenRead() => File.OpenRead(path);
    }

    /// <summary>Some bytes, then another input.</summary>
    internal sealed class Prefixed(ReadOnlyMemory<byte> preamble, CommandInput rest) : CommandInput
    {
        public ReadOnlyMemory<byte> Preamble => preamble;

        public CommandInput Rest => rest;

        internal override bool StaysOpen => rest.StaysOpen;

        public override Stream OpenRead() =>
            rest is Nothing or ByHand ? new ByteStream(preamble) : new ByteStream(preamble, rest.OpenRead());
    }

    /// <summary>Reads bytes where they are, then another stream.</summary>
    private sealed class ByteStream(ReadOnlyMemory<byte> bytes, Stream? rest = null) : OneWayStream
    {
        private ReadOnlyMemory<byte> _bytes = bytes;

        public override int Read(Span<byte> buffer)
        {
            if (_bytes.IsEmpty) return rest?.Read(buffer) ?? 0;
            int count = Math.Min(buffer.Length, _bytes.Length);
            _bytes.Span[..count].CopyTo(buffer);
            _bytes = _bytes[count..];
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _bytes.IsEmpty && rest is not null ? rest.ReadAsync(buffer, cancellationToken) : new(Read(buffer.Span));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            if (disposing) rest?.Dispose();
            base.Dispose(disposing);
        }
    }
}
