using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Peak.Clusters.ClusterShell.Configuration;

/// <summary>Why commands of a file must not be run.</summary>
/// <param name="Why">The reason, as the end of a sentence.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Distrust(string Why, string Remedy);

/// <summary>A file's text, and whether its commands may be run.</summary>
internal sealed partial class SourceFile
{
    private const int AtEmptyPath = 0x1000, AtCurrentDirectory = -100;
    private const uint WantModeAndOwner = 0x2 | 0x8;
    private const int GroupOrOthersWrite = 0x12, Sticky = 0x200;

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
        if (StatusOf(handle, "", AtEmptyPath, out var file) != 0
            || StatusAt(AtCurrentDirectory, folder, 0, WantModeAndOwner, out var parent) != 0)
            return new($"who may write '{path}' can't be found out", "Put it on a file system with owners and modes.");
        uint user = EffectiveUser();
        foreach (var (name, status) in new[] { (path, file), (folder, parent) })
        {
            if (status.User != 0 && status.User != user)
                return new($"'{name}' belongs to another user", "It must belong to root or to you.");
            if ((status.Mode & GroupOrOthersWrite) != 0 && (status.Mode & Sticky) == 0)
                return new($"others may write '{name}'", $"chmod go-w {name}");
        }

        return null;
    }

    private static int StatusOf(SafeFileHandle handle, string path, int flags, out Status status) =>
        StatusAt(handle.DangerousGetHandle().ToInt32(), path, flags, WantModeAndOwner, out status);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(28)]
        public ushort Mode;
    }

    // statx(2), not stat: its layout is the same on every architecture.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusAt(int directory, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
