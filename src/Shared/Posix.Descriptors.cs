using System.Runtime.InteropServices;

namespace Peak;

internal static unsafe partial class Posix
{
    public const int F_SETFL = 4, F_DUPFD_CLOEXEC = 1030;
    public const int EPOLL_CTL_ADD = 1;
    public const uint EPOLLIN = 1, EPOLLOUT = 4, EPOLLERR = 8, EPOLLHUP = 16, EPOLLRDHUP = 0x2000, EPOLLET = 1u << 31;

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int pipe2(int* descriptors, int flags);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport(Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int memfd_create(string name, uint flags);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int eventfd(uint value, int flags);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int epoll_wait(int epoll, byte* entries, int count, int timeout);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int close(int descriptor);

    /// <summary>Reads what there is.</summary>
    /// <returns>How many bytes; 0 at the end; -1 where that failed (<see cref="EAGAIN"/>: it would have to wait).</returns>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        nint count;
        fixed (byte* start = buffer)
        {
            do count = read(descriptor, start, buffer.Length);
            while (count < 0 && LastError == EINTR);
        }

        return (int)count;
    }

    /// <summary>Writes as much as there is room for.</summary>
    /// <returns>How many bytes; -1 where that failed (<see cref="EAGAIN"/>: it would have to wait).</returns>
    public static int Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        nint count;
        fixed (byte* start = bytes)
        {
            do count = write(descriptor, start, bytes.Length);
            while (count < 0 && LastError == EINTR);
        }

        return (int)count;
    }

    /// <summary>Waits until there is room to write, or nobody reads any more.</summary>
    public static void WaitForRoom(int descriptor) => Wait(descriptor, POLLOUT, -1);

    /// <summary>Waits until there is something to read, or the end.</summary>
    /// <param name="descriptor">Where.</param>
    /// <param name="milliseconds">How long; -1 without a limit.</param>
    /// <returns>Whether there is.</returns>
    public static bool WaitForData(int descriptor, int milliseconds = -1) => Wait(descriptor, POLLIN, milliseconds);

    /// <summary>Waits until nobody can read any more what is written to a pipe or a socket; anything else is always read.</summary>
    /// <param name="descriptor">Where.</param>
    /// <param name="milliseconds">How long; -1 without a limit.</param>
    /// <returns>Whether it is so.</returns>
    public static bool WaitForHangUp(int descriptor, int milliseconds = -1) => Wait(descriptor, 0, milliseconds);

    /// <summary>Where in a file a descriptor stands; -1 where it is none.</summary>
    public static long PlaceIn(int descriptor)
    {
        const int SEEK_CUR = 1;
        return lseek(descriptor, 0, SEEK_CUR);
    }

    /// <summary>Ends this process at once.</summary>
    [LibraryImport(Libc, EntryPoint = "_exit")]
    public static partial void Exit(int code);

    private const short POLLIN = 1, POLLOUT = 4;

    private static bool Wait(int descriptor, short events, int milliseconds)
    {
        var wait = new PollEntry { Descriptor = descriptor, Events = events };
        int count;
        do count = poll(&wait, 1, milliseconds);
        while (count < 0 && LastError == EINTR);
        return count > 0;
    }

    [LibraryImport(Libc, SetLastError = true)]
    private static partial long lseek(int descriptor, long offset, int whence);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nint length);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial nint write(int descriptor, byte* buffer, nint length);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int poll(PollEntry* entries, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events, Happened;
    }
}
