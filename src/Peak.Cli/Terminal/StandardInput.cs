using Microsoft.Win32.SafeHandles;
using Peak.Clusters.Remote;

namespace Peak.Cli.Terminal;

/// <summary>
/// Standard input as a stream of bytes. Unlike the console's it does not set up the terminal that it may be, and unlike a file's it
/// reads where the descriptor stands, so that several programs can share a file.
/// </summary>
internal sealed class StandardInput : Stream
{
    private const int Descriptor = 0;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>
    /// All of it, for many to read: a file that is not read yet is opened anew by each of them, anything else is read once for all.
    /// </summary>
    /// <exception cref="CommandFailure">It can't be read.</exception>
    public static CommandInput ForAll()
    {
        using var handle = new SafeFileHandle(Descriptor, ownsHandle: false);
        if (Posix.TryGetStatus(handle, out var status))
        {
            if (status.IsFolder) throw CommandFailure.Usage("standard input is a folder");
            string path = $"/proc/self/fd/{Descriptor}";
            if (status.IsPlainFile && Posix.PlaceIn(Descriptor) == 0 && CanOpen(path)) return CommandInput.FromFile(path);
        }

        return CommandInput.FromStream(new StandardInput());
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            int count = Posix.Read(Descriptor, buffer);
            if (count >= 0) return count;
            if (Posix.LastError != Posix.EAGAIN) throw new IOException(Posix.LastMessage);
            // Someone we share the descriptor with made it non-blocking.
            Posix.WaitForData(Descriptor);
        }
    }

    /// <summary>Reads without holding up a thread of the pool: who waits for a terminal may wait for ever.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Posix.WaitForData(Descriptor, milliseconds: 0)) return new(Read(buffer.Span));
        var waiting = Task.Factory.StartNew(
            () => Read(buffer.Span), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new(waiting.WaitAsync(cancellationToken));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private static bool CanOpen(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It may have been opened by somebody with more rights.
            return false;
        }
    }
}
