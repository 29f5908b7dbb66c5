using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Peak.Clusters.Definition;

/// <summary>Puts an edited cluster file in the place of the one it was made from.</summary>
public static class ClusterFileWriter
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
        using var locked = Lock(folder);
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

        // A rename is on disk only once its folder is: https://man7.org/linux/man-pages/man2/fsync.2.html
        if (locked is not null) _ = Posix.fsync(locked);
    }

    [UnsupportedOSPlatform("windows")]
    private static void KeepOwnerAndMode(FileStream old, FileStream temporary, string path)
    {
        if (OperatingSystem.IsLinux() && !TryKeepOwner(old.SafeFileHandle, temporary.SafeFileHandle))
            throw new UnauthorizedAccessException(
                $"{path} belongs to another user or group, which a replacement could not keep; edit it as its owner.");
        File.SetUnixFileMode(temporary.SafeFileHandle, File.GetUnixFileMode(old.SafeFileHandle));
    }

    private static bool TryKeepOwner(SafeFileHandle old, SafeFileHandle temporary) =>
        Posix.TryGetStatus(old, out var status) && Posix.fchown(temporary, status.User, status.Group) == 0;

    /// <summary>Waits for the lock of a folder; null where the folder can't be opened. A file system without locks gives none.</summary>
    private static SafeFileHandle? Lock(string folder)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var opened = new SafeFileHandle(Posix.OpenToRead(folder), ownsHandle: true);
        if (opened.IsInvalid) return null;
        _ = Posix.TryLock(opened);
        return opened;
    }
}
