using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>
/// The name of a file that is not whole yet: nobody can guess it, and whoever comes next can tell whether its writer is still there.
/// </summary>
/// <remarks>
/// <c>.peak-MACHINE-PROCESS-ATTEMPT-RANDOM</c>: the machine, its process by number and start, the attempt in that process; all but the
/// numbers are hexadecimal.
/// </remarks>
internal sealed class PartName : IDisposable
{
    private const string Beginning = ".peak-";
    private const int Parts = 5;
    private const int RandomBytes = 12;
    private static readonly HashSet<string> Live = [];
    private static readonly string Machine = FindMachine();
    private static readonly string Process = $"{Environment.ProcessId}.{StartOf(Environment.ProcessId)}";
    private readonly string _attempt = Random(4);

    /// <summary>An attempt begins.</summary>
    public PartName()
    {
        lock (Live) Live.Add(_attempt);
    }

    /// <summary>A name for a file of this attempt.</summary>
    public string Next() => $"{Beginning}{Machine}-{Process}-{_attempt}-{Random(RandomBytes)}";

    /// <summary>Whether a name is of something whose writer, on this machine, has ended.</summary>
    public static bool IsLeftBehind(string name)
    {
        if (PartsOf(name) is not { } parts || parts[1] != Machine) return false;
        if (parts[2] == Process)
            lock (Live) return !Live.Contains(parts[3]);
        string[] process = parts[2].Split('.');
        return process.Length == 2 && int.TryParse(process[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            && StartOf(id) != process[1];
    }

    /// <summary>Whether a name is of something that may still be written, on this machine or another.</summary>
    public static bool IsInUse(string name) => PartsOf(name) is not null && !IsLeftBehind(name);

    /// <summary>The attempt has ended.</summary>
    public void Dispose()
    {
        lock (Live) Live.Remove(_attempt);
    }

    private static string[]? PartsOf(string name) =>
        name.StartsWith(Beginning, StringComparison.Ordinal)
        && name[1..].Split('-') is { Length: Parts } parts && parts[^1].Length == 2 * RandomBytes ? parts : null;

    private static string Random(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    /// <summary>When a process began, in ticks since the machine did; an empty text where there is no such process.</summary>
    private static string StartOf(int id)
    {
        const int StartAt = 19; // field 22 of proc(5), counted from the one after the name
        try
        {
            string text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ')[StartAt];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or IndexOutOfRangeException)
        {
            return "";
        }
    }

    /// <summary>Where process numbers mean the same: this machine, or a container on it.</summary>
    private static string FindMachine()
    {
        string text = Environment.MachineName;
        try
        {
            text += new FileInfo("/proc/self/ns/pid").LinkTarget + File.ReadAllText("/etc/machine-id");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
    }
}
