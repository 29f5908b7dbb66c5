using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Cli.Rendering;

/// <summary>Diagnostics as compilers print them; for people with the line and a caret below it.</summary>
internal static class DiagnosticText
{
    // What of a line is shown around the place: a line of a cluster file may have a million characters.
    private const int Before = 60, After = 40;

    /// <summary>Writes <c>file:line:column: warning PEAKnnn: message remedy</c>.</summary>
    public static void Write(Output output, Palette palette, Diagnostic diagnostic)
    {
        bool isError = diagnostic.Severity == Severity.Error;
        string place = $"{TerminalText.Escape(diagnostic.Path ?? "<text>")}:{diagnostic.Start}:";
        string severity = $"{(isError ? "error" : "warning")} {diagnostic.Code}:";
        output.Raw(palette.Bold(place)).Raw(" ").Raw(Coloured(palette, isError, severity)).Raw(" ")
            .Raw(palette.Bold(diagnostic.Message)).Raw(" ").Raw(diagnostic.Remedy).Line();
    }

    /// <summary>Writes the line that a diagnostic is about, with a caret under each of its characters.</summary>
    public static void WriteSource(Output output, Palette palette, ClusterFile file, Diagnostic diagnostic)
    {
        var bytes = file.Bytes.Span;
        var (from, to) = (diagnostic.Span.Start, Math.Min(diagnostic.Span.End, bytes.Length));
        int lineStart = bytes[..from].LastIndexOf((byte)'\n') + 1;
        int length = bytes[from..].IndexOf((byte)'\n');
        int lineEnd = length < 0 ? bytes.Length : from + length;
        to = Math.Clamp(to, from, lineEnd);

        string before = Show(file, lineStart, from), marked = Show(file, from, to), after = Show(file, to, lineEnd);
        if (before.Length > Before) before = "…" + before[^Before..];
        if (marked.Length > Before + After) (marked, after) = (marked[..(Before + After)] + "…", "");
        if (after.Length > After) after = after[..After] + "…";
        string number = $"{diagnostic.Start.Line}".PadLeft(5);
        string caret = new string('^', Math.Max(1, TerminalText.WidthOf(marked)));
        output.Raw(palette.Blue($"{number} | ")).Raw(before).Raw(marked).Raw(after).Line();
        output.Raw(palette.Blue("      | ")).Raw(new string(' ', TerminalText.WidthOf(before)))
            .Raw(Coloured(palette, diagnostic.Severity == Severity.Error, caret)).Line();
    }

    private static string Show(ClusterFile file, int start, int end) =>
        TerminalText.Escape(file.GetText(new TextSpan(start, end - start)).Replace("\t", "    ", StringComparison.Ordinal));

    private static string Coloured(Palette palette, bool isError, string text) =>
        isError ? palette.Red(text) : palette.Yellow(text);
}
