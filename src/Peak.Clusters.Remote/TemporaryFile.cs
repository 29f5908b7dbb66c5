using System.Runtime.InteropServices;

namespace Peak.Clusters.Remote;

/// <summary>A file for what is too large for the memory.</summary>
internal static class TemporaryFile
{
    /// <summary>Where it is, how to have it elsewhere, and what was wrong.</summary>
    public static string Describe(Exception failure)
    {
        string words = failure.HResult is > 0 and < 4096 ? Marshal.GetPInvokeErrorMessage(failure.HResult) : failure.Message;
        string elsewhere = OperatingSystem.IsWindows() ? "" : " ($TMPDIR names another folder)";
        return $"a temporary file in '{Path.TrimEndingDirectorySeparator(Path.GetTempPath())}'{elsewhere}: {words}";
    }

    /// <summary>
    /// Creates one that has no name any more: nothing is left behind however the process ends, and nobody else can open it.
    /// </summary>
    /// <exception cref="IOException">It can't be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be created.</exception>
    public static FileStream Create()
    {
        string path = Path.Combine(Path.GetTempPath(), $"peak-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 0,
            Share = FileShare.ReadWrite | FileShare.Delete,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        else options.Options = FileOptions.DeleteOnClose;
        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        return file;
    }
}
