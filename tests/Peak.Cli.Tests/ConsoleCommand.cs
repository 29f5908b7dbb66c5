using System.Text.RegularExpressions;

namespace Peak.Cli.Tests;

/// <summary>A command of a <c>console</c> block and what the page says it prints.</summary>
internal sealed record ConsoleCommand(int Line, string Text, string Output)
{
    public static IReadOnlyList<ConsoleCommand> AllOf(string page)
    {
        var commands = new List<ConsoleCommand>();
        string? fence = null;
        bool isConsole = false;
        string[] lines = page.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (fence is null)
            {
                if (!line.StartsWith("```", StringComparison.Ordinal)) continue;
                fence = line[..(line.Length - line.TrimStart('`').Length)];
                isConsole = line[fence.Length..].Trim() == "console";
            }
            else if (line.TrimEnd() == fence)
            {
                fence = null;
            }
            else if (isConsole && line.StartsWith("$ ", StringComparison.Ordinal))
            {
                commands.Add(new ConsoleCommand(i + 1, line[2..], ""));
            }
            else if (isConsole && commands.Count > 0)
            {
                var last = commands[^1];
                bool goesOn = line.StartsWith("> ", StringComparison.Ordinal) && last.Output.Length == 0;
                commands[^1] = goesOn ? last with { Text = $"{last.Text}\n{line[2..]}" } : last with { Output = $"{last.Output}{line}\n" };
            }
        }

        return commands;
    }

    /// <summary>Whether that is what the page says: <c>…</c> alone on a line stands for any lines, within one for any text.</summary>
    public bool Expects(string printed) => Fits(Output.TrimEnd().Split('\n'), printed.TrimEnd().Split('\n'));

    private static bool Fits(ReadOnlySpan<string> said, ReadOnlySpan<string> printed)
    {
        if (said.IsEmpty) return printed.IsEmpty;
        if (said[0] == "…") return Fits(said[1..], printed) || (!printed.IsEmpty && Fits(said, printed[1..]));
        return !printed.IsEmpty && LineFits(said[0].TrimEnd(), printed[0].TrimEnd()) && Fits(said[1..], printed[1..]);
    }

    private static bool LineFits(string said, string printed) =>
        said == printed
        || (said.Contains('…', StringComparison.Ordinal)
            && Regex.IsMatch(printed, "^" + Regex.Escape(said).Replace("…", ".*", StringComparison.Ordinal) + "$"));
}
