using System.Globalization;

namespace Peak.Clusters.Remote.Files;

/// <summary>Sizes in words.</summary>
internal static class SizeText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary><c>512 B</c>, <c>1.2 MB</c>.</summary>
    public static string Of(long bytes)
    {
        double size = bytes;
        int unit = 0;
        for (; size >= 999.5 && unit < Units.Length - 1; unit++) size /= 1000;
        string format = unit == 0 || size >= 9.95 ? "0" : "0.0";
        return $"{size.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
