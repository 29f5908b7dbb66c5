using System.Globalization;

namespace Peak.Clusters.Remote.Tests.Processes;

/// <summary>What /proc says.</summary>
internal static class ProcessTable
{
    /// <summary>Whether a process runs: it is there, and no zombie that its new parent has not fetched yet.</summary>
    public static bool Runs(int id) => State(id) is not (null or 'Z' or 'X');

    /// <summary>Waits until a process that was killed is gone; the test's time limit ends the wait.</summary>
    public static async Task Gone(string id)
    {
        int number = int.Parse(id, CultureInfo.InvariantCulture);
        while (Runs(number))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>How many children of this process have ended and were not fetched.</summary>
    public static int Zombies() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Count(id => id > 0 && State(id) == 'Z' && Parent(id) == Environment.ProcessId);

    public static int OpenDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static char? State(int id) => Fields(id)?[0][0];

    private static int Parent(int id) => int.Parse(Fields(id)?[1] ?? "0", CultureInfo.InvariantCulture);

    private static string[]? Fields(int id)
    {
        try
        {
            string line = File.ReadAllText($"/proc/{id}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
