using Microsoft.Win32.SafeHandles;

namespace Peak.Cli.Terminal;

/// <summary>
/// Standard output or error as a stream of bytes. Unlike the console's, it reports a broken pipe; unlike a file's, it
/// writes where the descriptor stands, so that several programs can share a file.
/// </summary>
internal sealed class StandardStream(int descriptor) : Stream
{
    private const int WatchStackSize = 128 << 10;
    private readonly bool _isPipe = IsPipe(descriptor);
    private long _writesSince;

    public bool IsTerminal { get; } = Posix.IsTerminal(descriptor);

    /// <summary>How many columns the terminal has; 80 where that is not known.</summary>
    /// <remarks>The console's own property would switch the terminal into another mode.</remarks>
    public int Width => Posix.ColumnsOf(descriptor) is > 0 and var columns ? columns : 80;

    /// <summary>Whether it is a pipe or a socket that nobody reads any more: what would be written next is a broken pipe.</summary>
    public bool IsUnread => _isPipe && Posix.WaitForHangUp(descriptor, milliseconds: 0);

    /// <summary>Ends when <see cref="IsUnread"/> becomes true; never where it can't.</summary>
    public Task WhenUnread()
    {
        var unread = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_isPipe) return unread.Task;
        new Thread(
            () =>
            {
                if (Posix.WaitForHangUp(descriptor)) unread.SetResult();
            },
            WatchStackSize)
        { IsBackground = true, Name = "Peak.Clusters reader" }.Start();
        return unread.Task;
    }

    /// <summary>Whether the terminal is in use by another job: what is shown there now would be between its words.</summary>
    public bool IsOfOthers => IsTerminal && Posix.IsOfOthers(descriptor);

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Since when something is being written, in milliseconds of the system; null where nothing is.</summary>
    public long? WritesSince => Volatile.Read(ref _writesSince) is > 0 and var since ? since : null;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Volatile.Write(ref _writesSince, Environment.TickCount64);
        try
        {
            WriteAll(buffer);
        }
        finally
        {
            Volatile.Write(ref _writesSince, 0);
        }
    }

    private void WriteAll(ReadOnlySpan<byte> buffer)
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

    private static bool IsPipe(int descriptor)
    {
        using var handle = new SafeFileHandle(descriptor, ownsHandle: false);
        return Posix.TryGetStatus(handle, out var status) && (status.IsPipe || status.IsSocket);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Whoever read our output has seen enough.</summary>
internal sealed class BrokenPipeException() : IOException("broken pipe");
