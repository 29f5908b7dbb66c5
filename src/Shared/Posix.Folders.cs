using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Peak;

/// <summary>Names of files as bytes, which .NET has only as text, and loses where they are no UTF-8.</summary>
internal static unsafe partial class Posix
{
    private const int AT_FDCWD = -100;

    /// <summary>
    /// Opens for reading what stands under a name, whatever it is: a symbolic link is not followed (ELOOP), and nobody is waited for at the
    /// other end of a FIFO. Children don't get it.
    /// </summary>
    /// <returns>The file, invalid where that failed.</returns>
    public static SafeFileHandle OpenAsItIs(byte[] path)
    {
        int descriptor;
        fixed (byte* start = path)
        {
            do descriptor = openat(AT_FDCWD, start, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0);
            while (descriptor < 0 && LastError == EINTR);
        }

        return new(descriptor, ownsHandle: true);
    }

    /// <summary>What is known of what stands under a name.</summary>
    /// <returns>False where that can't be found out.</returns>
    public static bool TryGetStatus(byte[] path, bool followLink, out FileStatus status)
    {
        const int AT_SYMLINK_NOFOLLOW = 0x100;
        fixed (byte* start = path) return statx(AT_FDCWD, start, followLink ? 0 : AT_SYMLINK_NOFOLLOW, StatusMask, out status) == 0;
    }

    /// <summary>Where a symbolic link leads.</summary>
    /// <returns>Null where that can't be found out.</returns>
    public static byte[]? ReadLink(byte[] path)
    {
        byte[] target = new byte[4096]; // PATH_MAX
        nint length;
        fixed (byte* start = path, room = target) length = readlinkat(AT_FDCWD, start, room, target.Length);
        return length < 0 ? null : target[..(int)length];
    }

    /// <summary>The names in a folder, without <c>.</c> and <c>..</c>.</summary>
    /// <returns>Null where it can't be read.</returns>
    public static List<byte[]>? ListFolder(byte[] path)
    {
        const int NameAt = 19; // in struct dirent of Linux, whose names are 64 bits wide on all that is supported
        nint folder;
        fixed (byte* start = path) folder = opendir(start);
        if (folder == 0) return null;
        try
        {
            List<byte[]> names = [];
            while (readdir(folder) is var entry && entry != 0)
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)entry + NameAt);
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)) names.Add(name.ToArray());
            }

            return LastError == 0 ? names : null;
        }
        finally
        {
            int error = LastError;
            _ = closedir(folder);
            Marshal.SetLastPInvokeError(error);
        }
    }

    /// <summary>Where the next bytes are that a file really has, at a place or after it: what is before is a hole.</summary>
    /// <returns>-1 where there are no more, or the file system does not tell (then <see cref="LastError"/> is not ENXIO).</returns>
    public static long NextData(SafeFileHandle file, long offset)
    {
        const int SEEK_DATA = 3;
        return lseek(file, offset, SEEK_DATA);
    }

    /// <summary>Where the next hole is, at a place or after it; the end of the file is one.</summary>
    /// <returns>-1 where that can't be found out.</returns>
    public static long NextHole(SafeFileHandle file, long offset)
    {
        const int SEEK_HOLE = 4;
        return lseek(file, offset, SEEK_HOLE);
    }

    [LibraryImport(Libc, SetLastError = true)]
    private static partial long lseek(SafeFileHandle file, long offset, int whence);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int openat(int folder, byte* path, int flags, uint mode);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int statx(int folder, byte* path, int flags, uint mask, out FileStatus status);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial nint readlinkat(int folder, byte* path, byte* room, nint size);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial nint opendir(byte* path);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial nint readdir(nint folder);

    [LibraryImport(Libc)]
    private static partial int closedir(nint folder);
}
