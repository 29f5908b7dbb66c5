using Peak.Clusters.Diagnostics;

namespace Peak.Cli.Rendering;

/// <summary>A diagnostic in JSON.</summary>
internal sealed record DiagnosticDocument(
    string Code, string Severity, string? File, int Line, int Column, int EndColumn, string Message, string Help)
{
    public static DiagnosticDocument From(Diagnostic diagnostic) => new(
        diagnostic.Code,
        LevelOf(diagnostic.Severity),
        diagnostic.Path,
        diagnostic.Start.Line,
        diagnostic.Start.Column,
        EndColumnOf(diagnostic),
        diagnostic.Message,
        diagnostic.Remedy);

    public static string LevelOf(Severity severity) => severity == Clusters.Diagnostics.Severity.Error ? "error" : "warning";

    /// <summary>Where it ends on its first line, the only one on which it is shown.</summary>
    public static int EndColumnOf(Diagnostic diagnostic) =>
        diagnostic.End.Line == diagnostic.Start.Line ? diagnostic.End.Column : diagnostic.Start.Column + 1;
}
