using System.Text;
using DiffPlex.Renderer;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Rendering.Run;

/// <summary>How one output differs from another.</summary>
internal static class UnifiedDiff
{
    // Comparing takes time by lines times differences, and memory.
    private const long LongestCompared = 4 << 20;

    /// <summary>Writes the difference in the unified format, with two names for the two sides.</summary>
    public static void Write(RunScreen screen, (string Name, GatheredOutput Output) from, (string Name, GatheredOutput Output) to)
    {
        screen.Line(false, [], Encoding.UTF8.GetBytes($"--- {from.Name}"));
        screen.Line(false, [], Encoding.UTF8.GetBytes($"+++ {to.Name}"));
        if (from.Output.Length > LongestCompared || to.Output.Length > LongestCompared)
        {
            screen.Line(false, [], Encoding.UTF8.GetBytes($"outputs of {from.Output.Length} and {to.Output.Length} bytes differ; they are too long to be compared line by line"));
            return;
        }

        // Latin-1 makes a character of every byte and back: what was no UTF-8 comes out as it went in.
        string diff = UnidiffRenderer.GenerateUnidiff(Text(from.Output), Text(to.Output), "", "", ignoreWhitespace: false, ignoreCase: false, contextLines: 3);
        foreach (string line in diff.Split('\n').SkipWhile(l => !l.StartsWith("@@", StringComparison.Ordinal)))
        {
            if (line.Length > 0) screen.Line(false, [], Encoding.Latin1.GetBytes(line.TrimEnd('\r')));
        }
    }

    // Every output ends with a line feed; behind it there is no line.
    private static string Text(GatheredOutput output)
    {
        var bytes = output.ToArray().AsSpan();
        return Encoding.Latin1.GetString(bytes.EndsWith("\n"u8) ? bytes[..^1] : bytes);
    }
}
