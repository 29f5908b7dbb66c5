using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Peak.Clusters.Remote.OpenSsh.Sharing;

/// <summary>
/// The folder of the control sockets: whoever can write to one of them can run commands as the user on its host, so the
/// folder must be the user's and nobody else's.
/// </summary>
internal static unsafe partial class RuntimeFolder
{
    /// <summary>What the name of a socket may need: a key, and the ending ssh adds while it makes the socket.</summary>
    public const int NameLength = 1 + 28 + 17;

    /// <summary>The longest path of a socket (<c>sun_path</c> of Linux, without its NUL).</summary>
    public const int MaxPath = 107;

    private const int AtCurrentFolder = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const uint StatxBasics = 0x7ff;
    private const int FileTypes = 0xf000;
    private const int Folder = 0x4000;

    /// <summary>
    /// The folder named, or <c>$XDG_RUNTIME_DIR/peak</c>, or <c>/tmp/peak-UID</c>; made where it does not exist.
    /// </summary>
    /// <exception cref="IOException">The folder is not the user's alone, or its path is too long.</exception>
    public static string Open(string? requested)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("OpenSSH shares no connections on Windows.");
        if (requested is not null) return Make(Path.GetFullPath(requested));
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        if (Path.IsPathFullyQualified(runtime ?? "") && Fits(Path.Join(runtime, "peak")) && FaultOf(runtime!) is null)
            return Make(Path.Join(runtime, "peak"));
        return Make($"/tmp/peak-{geteuid()}");
    }

    [UnsupportedOSPlatform("windows")]
    private static string Make(string path)
    {
        if (!Fits(path)) throw new IOException($"'{path}' is too long for the folder of control sockets: {MaxPath - NameLength} bytes at most.");
        if (path.Contains("${", StringComparison.Ordinal)) throw new IOException($"'{path}' can't be the folder of control sockets: ssh would replace '${{'.");
        // Made with its mode, or there already: then it is looked at like anybody's.
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return FaultOf(path) is { } fault ? throw new IOException($"'{path}' can't be the folder of control sockets: {fault}.") : path;
    }

    private static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) <= MaxPath - NameLength;

    private static string? FaultOf(string path)
    {
        byte* status = stackalloc byte[256]; // struct statx
        if (statx(AtCurrentFolder, path, AtSymlinkNoFollow, StatxBasics, status) != 0) return Marshal.GetLastPInvokeErrorMessage();
        uint owner = *(uint*)(status + 20);
        int mode = *(ushort*)(status + 28);
        if ((mode & FileTypes) != Folder) return "it is no folder";
        if (owner != geteuid()) return $"it belongs to user {owner}";
        return (mode & 0x3f) != 0 ? "others may use it; its mode must be 0700" : null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
