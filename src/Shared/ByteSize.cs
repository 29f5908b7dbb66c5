using System.Globalization;

namespace Peak;

/// <summary>Numbers of bytes in words.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    private static readonly string[] RoundUnits = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary><c>1 GiB</c>, <c>1536 KiB</c>, <c>4097 bytes</c>: exactly, in the largest unit of which it is a multiple.</summary>
    public static string Show(long bytes)
    {
        int unit = 0;
        for (; unit < Units.Length - 1 && bytes >= 1024 && bytes % 1024 == 0; unit++) bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} {Units[unit]}");
    }

    /// <summary><c>512 B</c>, <c>1.2 MB</c>: about how much, in units of a thousand.</summary>
    public static string Round(long bytes)
    {
        double size = bytes;
        int unit = 0;
        for (; size >= 999.5 && unit < RoundUnits.Length - 1; unit++) size /= 1000;
        string format = unit == 0 || size >= 9.95 ? "0" : "0.0";
        return $"{size.ToString(format, CultureInfo.InvariantCulture)} {RoundUnits[unit]}";
    }
}
