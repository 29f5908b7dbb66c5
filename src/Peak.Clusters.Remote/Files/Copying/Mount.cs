using System.Collections.Frozen;
using System.Text;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>Something that is mounted on a host, as its Linux tells.</summary>
internal sealed record Mount(string Source, string Path, string Type)
{
    private const int MostBytes = 8 << 20;

    /// <summary>What keeps no files of anybody's, or is an image that is always full.</summary>
    private static readonly FrozenSet<string> WithoutFiles = FrozenSet.Create(
        StringComparer.Ordinal,
        ["autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl",
         "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "hugetlbfs", "mqueue", "nsfs", "proc", "pstore", "ramfs", "rpc_pipefs",
         "securityfs", "selinuxfs", "sysfs", "tracefs", "cramfs", "erofs", "iso9660", "squashfs"]);

    /// <summary>All that is mounted; null where the host does not say.</summary>
    public static async ValueTask<IReadOnlyList<Mount>?> ReadAllAsync(SftpClient client, CancellationToken cancellationToken)
    {
        try
        {
            byte[] text = await client.ReadAllBytesAsync("/proc/self/mounts", MostBytes, cancellationToken).ConfigureAwait(false);
            return Parse(ByteText.GetString(text));
        }
        catch (SftpException e) when (e.Status is SftpStatus.NoSuchFile or SftpStatus.PermissionDenied)
        {
            return null;
        }
    }

    /// <summary>Reads lines of <c>fstab(5)</c>; those that are none are left out.</summary>
    public static IReadOnlyList<Mount> Parse(string text)
    {
        List<Mount> mounts = [];
        foreach (string line in text.Split('\n'))
        {
            if (line.Split(' ') is not [var source, ['/', ..] place, var type, ..]) continue;
            var mount = new Mount(Unescape(source), Unescape(place), type);
            if (!mount.Path.Contains('\0', StringComparison.Ordinal)) mounts.Add(mount);
        }

        return mounts;
    }

    /// <summary>Those that keep files, a device once, by their paths.</summary>
    public static IReadOnlyList<Mount> WithFiles(IEnumerable<Mount> mounts)
    {
        var kept = mounts.Where(mount => mount.KeepsFiles)
            .OrderBy(mount => mount.Path.Length)
            .ThenBy(mount => mount.Path, StringComparer.Ordinal);
        return
        [
            .. kept.DistinctBy(mount => mount.Path).DistinctBy(mount => mount.Source.StartsWith('/') ? mount.Source : mount.Path)
                .OrderBy(mount => mount.Path, StringComparer.Ordinal),
        ];
    }

    private bool KeepsFiles => Type switch
    {
        // Those that the system makes for itself, and those of containers.
        "tmpfs" => !IsBelow("/run") && !IsBelow("/dev") && !IsBelow("/sys"),
        "overlay" => Path == "/",
        _ => !WithoutFiles.Contains(Type),
    };

    private bool IsBelow(string folder) => Path == folder || Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>White space and a backslash are written as a backslash and three octal digits.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text.AsSpan(i) is ['\\', >= '0' and <= '1' and var a, >= '0' and <= '7' and var b, >= '0' and <= '7' and var c, ..])
            {
                result.Append((char)(((a - '0') << 6) | ((b - '0') << 3) | (c - '0')));
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
