using System.Text;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Rendering.Run;

/// <summary>How one output differs from another.</summary>
internal static class OutputDiff
{
    // Comparing takes time by lines times differences, and memory.
    private const long LongestCompared = 4 << 20;

    /// <summary>Writes the difference in the unified format, with two names for the two sides.</summary>
    public static void Write(RunScreen screen, (string Name, GatheredOutput Output) from, (string Name, GatheredOutput Output) to)
    {
        if (from.Output.Length > LongestCompared || to.Output.Length > LongestCompared)
        {
            screen.Line(false, [], ByteText.GetBytes($"--- {from.Name}"));
            screen.Line(false, [], ByteText.GetBytes($"+++ {to.Name}"));
            string lengths = $"{from.Output.Length} and {to.Output.Length} bytes";
            screen.Line(false, [], ByteText.GetBytes($"outputs of {lengths} differ; they are too long to be compared line by line"));
            return;
        }

        // Latin-1 makes a character of every byte and back: what was no UTF-8 comes out as it went in.
        foreach (string line in UnifiedDiff.Between(Text(from.Output), Text(to.Output), Label(from.Name), Label(to.Name)))
            screen.Line(false, [], Encoding.Latin1.GetBytes(line));
    }

    private static string Text(GatheredOutput output) => Encoding.Latin1.GetString(output.ToArray());

    private static string Label(string name) => Encoding.Latin1.GetString(ByteText.GetBytes(name));
}
