using System.Runtime.Versioning;
using System.Text;

namespace Peak.Clusters.Remote.OpenSsh.Sharing;

/// <summary>
/// The folder of the control sockets: whoever can write to one of them can run commands as the user on its host, so the
/// folder must be the user's and nobody else's.
/// </summary>
internal static class RuntimeFolder
{
    /// <summary>What the name of a socket may need: a key, and the ending ssh adds while it makes the socket.</summary>
    public const int NameLength = 1 + 28 + 17;

    /// <summary>The longest path of a socket (<c>sun_path</c> of Linux, without its NUL).</summary>
    public const int MaxPath = 107;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

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
        try
        {
            return Make($"/tmp/peak-{Posix.geteuid()}");
        }
        catch (IOException e)
        {
            // Anybody can have made it before: nobody can be kept from work by that.
            const string Another = "$HOME/.peak";
            throw new IOException(
                $"{e.Message} To use one of your own: mkdir -pm 700 {Another}; export XDG_RUNTIME_DIR={Another}", e);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static string Make(string path)
    {
        if (!Fits(path))
            throw new IOException($"'{path}' is too long for the folder of control sockets: {MaxPath - NameLength} bytes at most.");
        if (path.Contains("${", StringComparison.Ordinal))
            throw new IOException($"'{path}' can't be the folder of control sockets: ssh would replace '${{'.");
        try
        {
            // Made with its mode, or there already: then it is looked at like anybody's.
            Directory.CreateDirectory(path, Owner);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Posix.TryGetStatus(path, followLink: false, out _))
        {
            // Something else has its name.
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{path}' can't be made: {e.Message}", e);
        }

        return FaultOf(path) is { } fault ? throw new IOException($"'{path}' can't be the folder of control sockets: {fault}.") : path;
    }

    private static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) <= MaxPath - NameLength;

    private static string? FaultOf(string path)
    {
        if (!Posix.TryGetStatus(path, followLink: false, out var status)) return Posix.LastMessage;
        if (status.IsLink) return "it is a symbolic link";
        if (!status.IsFolder) return "it is no folder";
        if (status.User != Posix.geteuid()) return $"it belongs to user {status.User}";
        return (status.Mode & Others) != 0 ? "others may use it; its mode must be 0700" : null;
    }
}
