using System.Text;

namespace Peak.Clusters.Remote.Commands;

/// <summary>
/// Shell scripts of this library. They are files that a shell can run and shellcheck can read; hosts get them as a single line,
/// because csh knows no word with a line break.
/// </summary>
internal static class ShellText
{
    /// <summary>What a line may end with so that a command follows: a separator after it would be a syntax error.</summary>
    private static readonly string[] Operators = ["{", "(", "|", "&", ";"], Keywords = ["do", "then", "else", "in", "while", "until", "if"];

    /// <summary>A script of this library as a single line.</summary>
    /// <param name="name">Its file name.</param>
    public static string Load(string name)
    {
        using var script = new StreamReader(typeof(ShellText).Assembly.GetManifestResourceStream(name)!);
        return ToOneLine(script.ReadToEnd());
    }

    /// <summary>
    /// A program for <c>sh</c> with its parameters, as a line for any login shell: sh, csh, zsh or fish. The program is never put together
    /// from texts of others; those are parameters.
    /// </summary>
    /// <param name="shell">The shell: <c>sh</c>, or where it is.</param>
    /// <param name="script">A single line.</param>
    /// <param name="parameters">What is <c>$1</c>, <c>$2</c> and so on there.</param>
    public static string ToCommandLine(string shell, string script, params IEnumerable<string> parameters) =>
        RemoteCommand.Program(shell, ["-c", script, "peak", .. parameters]).ToCommandLine();

    /// <summary>What a shell is called with to run a line, which may begin as its options do.</summary>
    public static IEnumerable<string> ArgumentsFor(string line) => line is ['-' or '+', ..] ? ["-c", "--", line] : ["-c", line];

    /// <summary>
    /// The same script as a single line. Comments have lines of their own; no quoted text goes over several lines; the pattern of a
    /// <c>case</c> that ends a line has no opening parenthesis.
    /// </summary>
    /// <exception cref="FormatException">The script can't be made one line so easily.</exception>
    public static string ToOneLine(string script)
    {
        var result = new StringBuilder();
        string before = "";
        int number = 0;
        foreach (var part in script.AsSpan().EnumerateLines())
        {
            number++;
            string line = part.Trim().ToString();
            if (line.Length == 0 || line[0] == '#') continue;
            if (FaultOf(line) is { } fault) throw new FormatException($"line {number}: {fault}: {line}");
            if (before.Length > 0) result.Append(ExpectsCommand(before) ? " " : "; ");
            result.Append(line);
            before = line;
        }

        return result.ToString();
    }

    private static bool ExpectsCommand(string line)
    {
        if (Operators.Any(o => line.EndsWith(o, StringComparison.Ordinal)) || Keywords.Contains(line.Split(' ')[^1])) return true;
        // A pattern of case, unlike the end of a subshell.
        return line.EndsWith(')') && line.Length > 1 && !line.Contains('(', StringComparison.Ordinal);
    }

    private static string? FaultOf(string line)
    {
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (char.IsControl(c)) return "a control character";
            if (c == '\\' && quote != '\'')
            {
                if (++i == line.Length) return "the line goes on";
            }
            else if (c is '\'' or '"')
            {
                quote = quote == '\0' ? c : quote == c ? '\0' : quote;
            }
            else if (quote == '\0')
            {
                if (c == '#' && (line[i - 1] is ' ' or ';')) return "a comment after a command";
                if (c == '<' && i > 0 && line[i - 1] == '<') return "a here-document";
            }
        }

        return quote == '\0' ? null : "a quoted text that goes on";
    }
}
