namespace Peak.Cli.Terminal;

/// <summary>
/// Standard output or error as a stream of bytes. Unlike the console's, it reports a broken pipe; unlike a file's, it
/// writes where the descriptor stands, so that several programs can share a file.
/// </summary>
internal sealed class StandardStream(int descriptor) : Stream
{
    public bool IsTerminal { get; } = Posix.IsTerminal(descriptor);

    /// <summary>How many columns the terminal has; 80 where that is not known.</summary>
    /// <remarks>The console's own property would switch the terminal into another mode.</remarks>
    public int Width => Posix.ColumnsOf(descriptor) is > 0 and var columns ? columns : 80;

    /// <summary>Whether the terminal is in use by another job: what is shown there now would be between its words.</summary>
    public bool IsOfOthers => IsTerminal && Posix.IsOfOthers(descriptor);

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int written = Posix.Write(descriptor, buffer);
            if (written >= 0)
            {
                buffer = buffer[written..];
                continue;
            }

            switch (Posix.LastError)
            {
                case Posix.EAGAIN:
                    // Someone we share the descriptor with made it non-blocking.
                    Posix.WaitForRoom(descriptor);
                    break;
                case Posix.EPIPE:
                    throw new BrokenPipeException();
                case var error:
                    string name = descriptor == 1 ? "standard output" : "standard error";
                    throw new IOException($"can't write to {name}: {Posix.Message(error)}");
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Whoever read our output has seen enough.</summary>
internal sealed class BrokenPipeException() : IOException("broken pipe");
