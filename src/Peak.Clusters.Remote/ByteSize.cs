using System.Globalization;

namespace Peak.Clusters.Remote;

/// <summary>Numbers of bytes in words.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary><c>1 GiB</c>, <c>1536 KiB</c>, <c>4097 bytes</c>: exactly, in the largest unit of which it is a multiple.</summary>
    public static string Show(long bytes)
    {
        int unit = 0;
        for (; unit < Units.Length - 1 && bytes >= 1024 && bytes % 1024 == 0; unit++) bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} {Units[unit]}");
    }
}
