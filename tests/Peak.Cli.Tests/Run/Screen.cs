namespace Peak.Cli.Tests.Run;

/// <summary>What can be seen on a terminal, apart from what was shown and taken back.</summary>
internal static class Screen
{
    /// <summary>What stands on a terminal in the end that has got all this.</summary>
    public static string Of(string output)
    {
        var lines = new List<string>();
        foreach (string line in output.Split("\r\n"))
        {
            string shown = "";
            foreach (string part in line.Split('\r'))
            {
                bool clears = part.StartsWith("\e[K", StringComparison.Ordinal);
                shown = clears ? part[3..] : part + shown[Math.Min(part.Length, shown.Length)..];
            }

            lines.Add(shown);
        }

        return string.Join('\n', lines);
    }
}
