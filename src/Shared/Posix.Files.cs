using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Peak;

internal static unsafe partial class Posix
{
    public const int O_CLOEXEC = 0x80000, O_NONBLOCK = 0x800;
    private const int O_RDONLY = 0, O_RDWR = 2, O_CREAT = 0x40;

    // Of the flags used here the only one that differs between architectures.
    private static readonly int O_NOFOLLOW =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>The user whose rights this process has.</summary>
    [LibraryImport(Libc)]
    public static partial uint geteuid();

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int fchown(SafeFileHandle file, uint user, uint group);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int fsync(SafeFileHandle file);

    /// <summary>Opens a file or a folder for reading. Children don't get it.</summary>
    /// <returns>The descriptor, -1 where that failed.</returns>
    public static int OpenToRead(string path) => Open(path, O_RDONLY);

    /// <summary>
    /// Opens for reading what stands under a name, whatever it is, to look at it: a symbolic link is not followed (ELOOP), nobody is
    /// waited for at the other end of a FIFO, and a socket is not opened (ENXIO). Children don't get it.
    /// </summary>
    /// <returns>The file, invalid where that failed.</returns>
    public static SafeFileHandle OpenAsItIs(string path) => new(Open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW), ownsHandle: true);

    /// <summary>
    /// Opens a file that only its user is to read and write, and makes it where there is none. A symbolic link is not followed:
    /// that fails. Children don't get it.
    /// </summary>
    /// <returns>The file, invalid where that failed.</returns>
    public static SafeFileHandle OpenPrivate(string path) => new(Open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0x180), ownsHandle: true);

    /// <summary>
    /// Waits for the lock of a file or a folder (flock), which it keeps until it is closed. Only who asks for it too is kept waiting.
    /// </summary>
    /// <returns>False where that failed: the file system may have no locks.</returns>
    public static bool TryLock(SafeFileHandle file)
    {
        const int LOCK_EX = 2;
        int result;
        do result = flock(file, LOCK_EX);
        while (result < 0 && LastError == EINTR);
        return result == 0;
    }

    /// <summary>Whether somebody else has the lock of a file (flock) for himself.</summary>
    public static bool IsLocked(SafeFileHandle file)
    {
        const int LOCK_SH = 1, LOCK_NB = 4, LOCK_UN = 8;
        if (flock(file, LOCK_SH | LOCK_NB) < 0) return LastError == EAGAIN;
        _ = flock(file, LOCK_UN);
        return false;
    }

    /// <summary>Which file an open one is, whose, and what its mode is.</summary>
    /// <returns>False where that can't be found out.</returns>
    public static bool TryGetStatus(SafeFileHandle file, out FileStatus status)
    {
        const int AT_EMPTY_PATH = 0x1000;
        return statx(file, "", AT_EMPTY_PATH, StatusMask, out status) == 0;
    }

    /// <summary>Which file or folder has a name, whose it is, and what its mode is.</summary>
    /// <returns>False where that can't be found out.</returns>
    public static bool TryGetStatus(string path, bool followLink, out FileStatus status)
    {
        const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100;
        return statx(AT_FDCWD, path, followLink ? 0 : AT_SYMLINK_NOFOLLOW, StatusMask, out status) == 0;
    }

    private static int Open(string path, int flags, uint mode = 0)
    {
        int descriptor;
        do descriptor = open(path, flags | O_CLOEXEC, mode);
        while (descriptor < 0 && LastError == EINTR);
        return descriptor;
    }

    [LibraryImport(Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    // Not stat: the layout of statx is the same on every architecture, https://man7.org/linux/man-pages/man2/statx.2.html.
    [LibraryImport(Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, out FileStatus status);

    [LibraryImport(Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(SafeFileHandle folder, string path, int flags, uint mask, out FileStatus status);

    private const uint StatusMask = 0x7ff; // STATX_BASIC_STATS

    /// <summary>The members of <c>struct statx</c> that are asked for.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileStatus
    {
        /// <summary>How many names it has.</summary>
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint User;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        private readonly ushort _mode;

        /// <summary>Which file it is, on its file system.</summary>
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public long Size;

        /// <summary>When its contents changed last: seconds since 1970, and nanoseconds.</summary>
        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        /// <summary>On which file system it is.</summary>
        [FieldOffset(136)]
        public ulong Device;

        public readonly bool IsLink => (_mode & 0xf000) == 0xa000;

        public readonly bool IsFolder => (_mode & 0xf000) == 0x4000;

        public readonly bool IsPlainFile => (_mode & 0xf000) == 0x8000;

        public readonly bool IsPipe => (_mode & 0xf000) == 0x1000;

        public readonly bool IsSocket => (_mode & 0xf000) == 0xc000;

        /// <summary>The permissions with set-user-id, set-group-id and the sticky bit.</summary>
        public readonly UnixFileMode Mode => (UnixFileMode)(_mode & 0xfff);
    }
}
