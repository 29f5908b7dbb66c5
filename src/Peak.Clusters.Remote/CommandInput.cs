namespace Peak.Clusters.Remote;

/// <summary>
/// What a command reads from its standard input: the same for every target, each from the beginning and at its own pace.
/// </summary>
public abstract class CommandInput
{
    private CommandInput() { }

    /// <summary>Nothing: <c>/dev/null</c>.</summary>
    public static CommandInput None { get; } = new Nothing();

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

    /// <summary>A new stream over the input, for a transport that carries it itself.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public abstract Stream OpenRead();

    internal sealed class Nothing : CommandInput
    {
        public override Stream OpenRead() => Stream.Null;
    }

    internal sealed class Bytes(ReadOnlyMemory<byte> value) : CommandInput
    {
        public ReadOnlyMemory<byte> Value => value;

        public override Stream OpenRead()
        {
            var stream = new MemoryStream();
            stream.Write(value.Span);
            stream.Position = 0;
            return stream;
        }
    }

    internal sealed class Contents(string path) : CommandInput
    {
        public string Path => path;

        public override Stream OpenRead() => File.OpenRead(path);
    }
}
