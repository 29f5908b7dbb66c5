using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Peak.Clusters.Definition;

/// <summary>Puts an edited cluster file in the place of the one it was made from.</summary>
public static partial class ClusterFileWriter
{
    /// <summary>
    /// Replaces a file, atomically: at any moment, also after a crash, its path shows the whole old or the whole new
    /// text. Mode and owner stay; of a symbolic link the target is replaced.
    /// </summary>
    /// <param name="file">The new text; it goes to its <see cref="ClusterFile.Path"/>.</param>
    /// <param name="original">The file as it was read and must still be.</param>
    /// <exception cref="ClusterEditException">The file has changed since, or it is no regular file.</exception>
    /// <exception cref="IOException">It can't be written, for example because the disk is full; the old file is whole.</exception>
    /// <exception cref="UnauthorizedAccessException">Writing it is not allowed, or its owner could not be kept.</exception>
    public static void Replace(this ClusterFile file, ClusterFile original)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(original);
        string path = file.Path ?? throw new ClusterEditException("A text that is no file can't be replaced.");
        string target = Path.GetFullPath(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

        string folder = Path.GetDirectoryName(target)!;

        // Of two edits at once one waits here and then finds the file changed. The lock is on the folder: one on the
        // file would stand in the way of its readers, and would be on the old file after the other's rename.
        using var locked = FolderLock.Take(folder);
        using var old = ClusterLocator.Open(target);
        if (!old.CanSeek || !ClusterLocator.ReadToEnd(old, path).AsSpan().SequenceEqual(original.Bytes.Span))
            throw new ClusterEditException($"{path} has changed since it was read; look at it and try again.");

        string temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(file.Bytes.Span);
                if (!OperatingSystem.IsWindows()) KeepOwnerAndMode(old, stream, path);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        locked?.Sync();
    }

    [UnsupportedOSPlatform("windows")]
    private static void KeepOwnerAndMode(FileStream old, FileStream temporary, string path)
    {
        if (OperatingSystem.IsLinux() && !TryKeepOwner(old.SafeFileHandle, temporary.SafeFileHandle))
            throw new UnauthorizedAccessException(
                $"{path} belongs to another user or group, which a replacement could not keep; edit it as its owner.");
        File.SetUnixFileMode(temporary.SafeFileHandle, File.GetUnixFileMode(old.SafeFileHandle));
    }

    private static unsafe bool TryKeepOwner(SafeFileHandle old, SafeFileHandle temporary)
    {
        // struct statx: stx_uid and stx_gid stand at 20 and 24; https://man7.org/linux/man-pages/man2/statx.2.html
        const int emptyPath = 0x1000, ownerMask = 0x8 | 0x10;
        uint* status = stackalloc uint[64];
        return Statx(old, "", emptyPath, ownerMask, status) == 0 && ChangeOwner(temporary, status[5], status[6]) == 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(SafeFileHandle folder, string path, int flags, uint mask, uint* status);

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    /// <summary>An advisory lock on a folder, released with the process at the latest.</summary>
    private sealed partial class FolderLock : IDisposable
    {
        private readonly int _descriptor;

        private FolderLock(int descriptor) => _descriptor = descriptor;

        /// <summary>Waits for the lock; null where a folder can't be opened. A file system without locks gives none.</summary>
        public static FolderLock? Take(string folder)
        {
            const int closeOnExec = 0x80000, exclusive = 2;
            if (!OperatingSystem.IsLinux()) return null;
            int descriptor = Open(folder, closeOnExec);
            if (descriptor < 0) return null;
            _ = Lock(descriptor, exclusive);
            return new FolderLock(descriptor);
        }

        // A rename is on disk only once its folder is: https://man7.org/linux/man-pages/man2/fsync.2.html
        public void Sync() => _ = Sync(_descriptor);

        public void Dispose() => _ = Close(_descriptor);

        [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
        private static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "flock")]
        private static partial int Lock(int descriptor, int operation);

        [LibraryImport("libc", EntryPoint = "fsync")]
        private static partial int Sync(int descriptor);

        [LibraryImport("libc", EntryPoint = "close")]
        private static partial int Close(int descriptor);
    }
}
