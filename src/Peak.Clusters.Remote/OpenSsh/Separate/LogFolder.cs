using Microsoft.Win32.SafeHandles;

namespace Peak.Clusters.Remote.OpenSsh.Separate;

/// <summary>
/// A temporary folder for what each <c>ssh</c> says of itself. Those of processes that were killed are removed by the next one.
/// </summary>
internal sealed class LogFolder : IDisposable
{
    private const string Prefix = "peak-ssh-", LockName = "lock";

    private readonly SafeFileHandle _lock;

    private LogFolder(string path, SafeFileHandle held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <exception cref="IOException">None can be made.</exception>
    public static LogFolder Make()
    {
        string temporary = System.IO.Path.GetTempPath();
        try
        {
            RemoveLeftovers(temporary);
            while (true)
            {
                string path = Directory.CreateTempSubdirectory(Prefix).FullName;
                // Null where another took it for left over in between.
                if (TryLock(path, FileMode.CreateNew) is { } held) return new(path, held);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string why = Directory.Exists(temporary) ? e.Message : "there is no such folder";
            throw new IOException($"No folder can be made in '{temporary}' ($TMPDIR): {why}", e);
        }
    }

    public void Dispose()
    {
        Remove(Path);
        _lock.Dispose();
    }

    private static void RemoveLeftovers(string temporary)
    {
        foreach (string path in Directory.EnumerateDirectories(temporary, Prefix + "*"))
        {
            // Names in a folder of everybody's may be anybody's.
            bool isOurs = Posix.TryGetStatus(path, followLink: false, out var status) && status.IsFolder && status.User == Posix.geteuid();
            if (!isOurs || TryLock(path, FileMode.Open) is not { } left) continue;
            Remove(path);
            left.Dispose();
        }
    }

    private static SafeFileHandle? TryLock(string folder, FileMode mode)
    {
        string path = System.IO.Path.Join(folder, LockName);
        try
        {
            return File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            && (mode == FileMode.Open || File.Exists(path) || !Directory.Exists(folder)))
        {
            return null;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // somebody else cleans temporary files, too
    }
}
