using System.Diagnostics;
using System.Globalization;

namespace Peak.Testing;

/// <summary>What /proc says.</summary>
public static class ProcessTable
{
    /// <summary>Whether a process runs: it is there, and no zombie that its new parent has not fetched yet.</summary>
    public static bool Runs(int id) => State(id) is not (null or 'Z' or 'X');

    /// <summary>Waits until processes that were ended are gone.</summary>
    /// <param name="ids">Their numbers, as shells print them.</param>
    public static Task Gone(string ids) => Patience.UntilAsync(() => !AnyRuns(ids));

    /// <summary>Whether one of these processes runs; their numbers are as shells print them.</summary>
    public static bool AnyRuns(string ids)
    {
        int[] all = Numbers(ids);
        Assert.NotEmpty(all);
        return all.Any(Runs);
    }

    /// <summary>The numbers in what shells print.</summary>
    private static int[] Numbers(string ids) =>
        [.. ids.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    /// <summary>The processes that run with just these arguments, joined by blanks.</summary>
    public static IEnumerable<int> Of(string commandLine) => All().Where(id => Arguments(id) == commandLine && Runs(id));

    /// <summary>The processes among whose arguments a text stands.</summary>
    public static IEnumerable<int> With(string text) => All().Where(id => Arguments(id).Contains(text, StringComparison.Ordinal));

    /// <summary>A long sleep, as a command, that no other is like; and so can be counted.</summary>
    public static string NewSleep() => $"sleep 1000.{Random.Shared.NextInt64(1_000_000_000_000):d12}";

    /// <summary>The arguments of a process joined by blanks; empty where it is gone.</summary>
    public static string Arguments(int id) => Read(id, "cmdline");

    /// <summary>The environment of a process joined by blanks; empty where it is gone or another user's.</summary>
    public static string Variables(int id) => Read(id, "environ");

    public static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0);

    /// <summary>The children of a process.</summary>
    public static IEnumerable<int> ChildrenOf(int id) => All().Where(child => Parent(child) == id);

    public static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException) { } // gone already
    }

    /// <summary>How many children of this process have ended and were not fetched.</summary>
    public static int Zombies() => All().Count(id => State(id) == 'Z' && Parent(id) == Environment.ProcessId);

    /// <summary>
    /// How many descriptors this process has open, without those of assemblies: the runtime keeps these open from the first use of
    /// their code on.
    /// </summary>
    public static int OpenDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(descriptor => new FileInfo(descriptor).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    /// <summary>The lengths of the files that this process has open and that have no name any more.</summary>
    public static IEnumerable<long> NamelessFiles()
    {
        foreach (string descriptor in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (new FileInfo(descriptor).LinkTarget is not { } target || !target.EndsWith(" (deleted)", StringComparison.Ordinal)) continue;
            using var file = Open(descriptor);
            if (file is not null) yield return RandomAccess.GetLength(file);
        }

        static Microsoft.Win32.SafeHandles.SafeFileHandle? Open(string descriptor)
        {
            try
            {
                return File.OpenHandle(descriptor, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (IOException)
            {
                return null; // closed meanwhile
            }
        }
    }

    private static char? State(int id) => Fields(id)?[0][0];

    private static int Parent(int id) => int.Parse(Fields(id)?[1] ?? "0", CultureInfo.InvariantCulture);

    private static string[]? Fields(int id)
    {
        string line = Read(id, "stat");
        return line.Length == 0 ? null : line[(line.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}").Replace('\0', ' ').Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
