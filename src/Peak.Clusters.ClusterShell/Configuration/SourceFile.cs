using Microsoft.Win32.SafeHandles;

namespace Peak.Clusters.ClusterShell.Configuration;

/// <summary>Why commands of a file must not be run.</summary>
/// <param name="Why">The reason, as the end of a sentence.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Distrust(string Why, string Remedy);

/// <summary>A file's text, and whether its commands may be run.</summary>
internal sealed class SourceFile
{
    private const UnixFileMode GroupOrOthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private SourceFile(string path, string text, Distrust? distrust) => (Path, Text, Distrust) = (path, text, distrust);

    public string Path { get; }

    public string Text { get; }

    /// <summary>Why commands of the file must not be run, null where they may.</summary>
    public Distrust? Distrust { get; }

    /// <exception cref="ClusterShellConfigurationException">The file can't be read.</exception>
    public static SourceFile Read(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            // Who may write it is asked of the file that is read, not of what its name means a moment later.
            var distrust = DistrustOf(handle, path);
            using var reader = new StreamReader(new FileStream(handle, FileAccess.Read));
            return new(path, reader.ReadToEnd(), distrust);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterShellConfigurationException($"can't read '{path}': {e.Message}", e);
        }
    }

    private static Distrust? DistrustOf(SafeFileHandle handle, string path)
    {
        if (!OperatingSystem.IsLinux()) return new("commands of group sources are run on Linux only", "Put the groups into a YAML file.");
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? "/";
        if (!Posix.TryGetStatus(handle, out var file) || !Posix.TryGetStatus(folder, followLink: true, out var parent))
            return new($"who may write '{path}' can't be found out", "Put it on a file system with owners and modes.");
        uint user = Posix.geteuid();
        foreach (var (name, status) in new[] { (path, file), (folder, parent) })
        {
            if (status.User != 0 && status.User != user)
                return new($"'{name}' belongs to another user", "It must belong to root or to you.");
            if ((status.Mode & GroupOrOthersWrite) != 0 && (status.Mode & UnixFileMode.StickyBit) == 0)
                return new($"others may write '{name}'", $"chmod go-w {name}");
        }

        return null;
    }
}
