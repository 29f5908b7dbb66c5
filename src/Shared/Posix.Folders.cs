using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Peak;

/// <summary>Names of files as bytes, which .NET has only as text, and loses where they are no UTF-8.</summary>
internal static unsafe partial class Posix
{
    private const int AT_FDCWD = -100;

    /// <summary>
    /// Opens for reading what stands under a name, whatever it is: a symbolic link is not followed (ELOOP) unless that is said, and nobody
    /// is waited for at the other end of a FIFO. Children don't get it.
    /// </summary>
    /// <returns>The file, invalid where that failed.</returns>
    public static SafeFileHandle OpenAsItIs(byte[] path, bool followLink = false) =>
        OpenIn(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | (followLink ? 0 : O_NOFOLLOW));

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

    /// <summary>Opens a folder, to work on what is in it whatever becomes of its name. Children don't get it.</summary>
    /// <returns>The folder, invalid where that failed.</returns>
    public static SafeFileHandle OpenFolder(byte[] path) => OpenIn(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);

    /// <summary>Opens a folder in a folder; a symbolic link is not followed: that fails.</summary>
    /// <returns>The folder, invalid where that failed.</returns>
    public static SafeFileHandle OpenFolderIn(SafeFileHandle folder, byte[] name) =>
        OpenIn(Number(folder), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

    /// <summary>Makes a file in a folder that only its user is to read and write, to write it; what is there is a failure.</summary>
    /// <returns>The file, invalid where that failed.</returns>
    public static SafeFileHandle CreateIn(SafeFileHandle folder, byte[] name) =>
        OpenIn(Number(folder), name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0x180);

    /// <summary>Makes a folder in a folder, for its user alone.</summary>
    /// <returns>False where that failed.</returns>
    public static bool MakeFolderIn(SafeFileHandle folder, byte[] name)
    {
        fixed (byte* start = name) return mkdirat(Number(folder), start, 0x1c0) == 0;
    }

    /// <summary>Makes a symbolic link in a folder.</summary>
    /// <returns>False where that failed.</returns>
    public static bool MakeLinkIn(SafeFileHandle folder, byte[] name, byte[] target)
    {
        fixed (byte* start = name, to = target) return symlinkat(to, Number(folder), start) == 0;
    }

    /// <summary>Sets the time of something in a folder; of a symbolic link itself.</summary>
    /// <returns>False where that failed.</returns>
    public static bool SetTimeIn(SafeFileHandle folder, byte[] name, DateTimeOffset time)
    {
        const int AT_SYMLINK_NOFOLLOW = 0x100;
        nint seconds = (nint)time.ToUnixTimeSeconds();
        nint* times = stackalloc nint[4] { seconds, 0, seconds, 0 };
        fixed (byte* start = name) return utimensat(Number(folder), start, times, AT_SYMLINK_NOFOLLOW) == 0;
    }

    /// <summary>Gives something in a folder another name, and the place of what has that.</summary>
    /// <returns>False where that failed.</returns>
    public static bool RenameIn(SafeFileHandle folder, byte[] from, byte[] to)
    {
        fixed (byte* before = from, after = to) return renameat(Number(folder), before, Number(folder), after) == 0;
    }

    /// <summary>Removes something in a folder that is no folder.</summary>
    /// <returns>False where that failed.</returns>
    public static bool RemoveIn(SafeFileHandle folder, byte[] name)
    {
        fixed (byte* start = name) return unlinkat(Number(folder), start, 0) == 0;
    }

    /// <summary>What is known of something in a folder; of a symbolic link itself.</summary>
    /// <returns>False where that can't be found out.</returns>
    public static bool TryGetStatusIn(SafeFileHandle folder, byte[] name, out FileStatus status)
    {
        const int AT_SYMLINK_NOFOLLOW = 0x100;
        fixed (byte* start = name) return statx(Number(folder), start, AT_SYMLINK_NOFOLLOW, StatusMask, out status) == 0;
    }

    private const int O_EXCL = 0x80;

    private static readonly int O_DIRECTORY =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    // Whoever calls holds it.
    private static int Number(SafeFileHandle file) => (int)file.DangerousGetHandle();

    private static SafeFileHandle OpenIn(int folder, byte[] name, int flags, uint mode = 0)
    {
        int descriptor;
        fixed (byte* start = name)
        {
            do descriptor = openat(folder, start, flags | O_CLOEXEC, mode);
            while (descriptor < 0 && LastError == EINTR);
        }

        return new(descriptor, ownsHandle: true);
    }

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int mkdirat(int folder, byte* name, uint mode);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int symlinkat(byte* target, int folder, byte* name);

    // Two times, of access and of change: seconds and nanoseconds.
    [LibraryImport(Libc, SetLastError = true)]
    private static partial int utimensat(int folder, byte* name, nint* times, int flags);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int renameat(int fromFolder, byte* from, int toFolder, byte* to);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int unlinkat(int folder, byte* name, int flags);

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
