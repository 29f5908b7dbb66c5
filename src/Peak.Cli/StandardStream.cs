using System.Runtime.InteropServices;

namespace Peak.Cli;

/// <summary>
/// Standard output or error as a stream of bytes. Unlike the console's, it reports a broken pipe; unlike a file's, it
/// writes where the descriptor stands, so that several programs can share a file.
/// </summary>
internal sealed partial class StandardStream(int descriptor) : Stream
{
    private const int Interrupted = 4, TryAgain = 11, BrokenPipe = 32;
    private const short PollOut = 4;
    private const nuint GetWindowSize = 0x5413;

    public bool IsTerminal { get; } = IsATerminal(descriptor) == 1;

    /// <summary>How many columns the terminal has; 80 where that is not known.</summary>
    public unsafe int Width
    {
        get
        {
            // The console's own property would switch the terminal into another mode.
            var size = default(WindowSize);
            return OperatingSystem.IsLinux() && Control(descriptor, GetWindowSize, &size) == 0 && size.Columns > 0 ? size.Columns : 80;
        }
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* start = buffer) written = WriteTo(descriptor, start, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain:
                    // Someone we share the descriptor with made it non-blocking.
                    var wait = new PollDescriptor { Descriptor = descriptor, Events = PollOut };
                    _ = Poll(&wait, 1, -1);
                    break;
                case BrokenPipe:
                    throw new BrokenPipeException();
                case var error:
                    string name = descriptor == 1 ? "standard output" : "standard error";
                    throw new IOException($"can't write to {name}: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows, Columns, Width, Height;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteTo(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static unsafe partial int Control(int descriptor, nuint request, WindowSize* size);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsATerminal(int descriptor);
}

/// <summary>Whoever read our output has seen enough.</summary>
internal sealed class BrokenPipeException() : IOException("broken pipe");
