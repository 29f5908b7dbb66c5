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
    /// <exception cref="ClusterEditException">The file has changed since, or another program edits it right now, or it is no regular file.</exception>
    /// <exception cref="IOException">It can't be written, for example because the disk is full; the old file is whole.</exception>
    /// <exception cref="UnauthorizedAccessException">Writing it is not allowed, or its owner could not be kept.</exception>
    public static void Replace(this ClusterFile file, ClusterFile original)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(original);
        string path = file.Path ?? throw new ClusterEditException("A text that is no file can't be replaced.");
        string target = Path.GetFullPath(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

        // Locked from the comparison until the rename, so that of two edits at once one is refused.
        using var old = Lock(target);
        if (!old.CanSeek || !ClusterLocator.ReadToEnd(old, path).AsSpan().SequenceEqual(original.Bytes.Span))
            throw new ClusterEditException($"{path} has changed since it was read; look at it and try again.");

        string folder = Path.GetDirectoryName(target)!;
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

            // The lock is on the old file, not on its name; what the name shows may have been replaced without asking us.
            if (!File.ReadAllBytes(target).AsSpan().SequenceEqual(original.Bytes.Span))
                throw new ClusterEditException($"{path} has changed since it was read; look at it and try again.");
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        if (!OperatingSystem.IsWindows()) SyncFolder(folder);
    }

    private static FileStream Lock(string target)
    {
        try
        {
            return new FileStream(
                target, new FileStreamOptions { Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 });
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new ClusterEditException($"{target} is being edited by another program: {e.Message}");
        }
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

    // A rename is on disk only once its folder is: https://man7.org/linux/man-pages/man2/fsync.2.html
    private static void SyncFolder(string folder)
    {
        const int readOnly = 0;
        int descriptor = Open(folder, readOnly);
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(SafeFileHandle folder, string path, int flags, uint mask, uint* status);

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
