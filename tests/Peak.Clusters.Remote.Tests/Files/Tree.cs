using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Folders compared by all that a copy is to keep.</summary>
internal static class Tree
{
    /// <summary>A line for each name below a folder, in order: what it is, its permissions, time, size, contents.</summary>
    public static string Describe(string folder, bool times = true)
    {
        var text = new StringBuilder();
        // Names that are no UTF-8 are not for .NET.
        var find = Programs.Run("find", folder, "-mindepth", "1", "-printf", "%P\\t%y\\t%m\\t%Ts\\t%s\\t%l\\n");
        foreach (string line in find.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))
        {
            string[] fields = line.Split('\t');
            bool isFile = fields[1] == "f";
            text.Append(CultureInfo.InvariantCulture, $"{fields[0]} {fields[1]} {(fields[1] == "l" ? "" : fields[2])}");
            if (times) text.Append(CultureInfo.InvariantCulture, $" {fields[3]}");
            if (isFile) text.Append(CultureInfo.InvariantCulture, $" {fields[4]} {Content(Path.Combine(folder, fields[0]))}");
            text.Append(CultureInfo.InvariantCulture, $" {fields[5]}\n");
        }

        return text.ToString();
    }

    /// <summary>Names that a copy uses before a file is whole.</summary>
    public static string[] LeftBehind(string folder)
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        return Directory.GetFileSystemEntries(folder, ".peak-*", all);
    }

    private static string Content(string path) =>
        File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))[..16] : "?";

    /// <summary>Gives a file one more name.</summary>
    public static void Link(string path, string existing) => Programs.Run("ln", existing, path);
}
