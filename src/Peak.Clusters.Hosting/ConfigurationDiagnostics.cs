using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Hosting;

/// <summary>
/// Every kind of diagnostic that a cluster file can have as a configuration, beside those of
/// <see cref="DiagnosticCatalogue"/>.
/// </summary>
public static class ConfigurationDiagnostics
{
    private static readonly DiagnosticDescriptor ColonInName =
        new("PEAK301", Severity.Warning, "A name has ':', where keys of a configuration nest", GuardsAgreement: false);
    private static readonly DiagnosticDescriptor SameKey =
        new("PEAK302", Severity.Warning, "Two names are the same key of a configuration", GuardsAgreement: false);

    /// <summary>The kinds, ordered by code.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = [ColonInName, SameKey];

    internal static Diagnostic Renamed(ClusterFile file, ClusterLine line, string what, string name) => Warn(
        ColonInName, file, line, $"The {what} '{name}' has ':' in its name, where keys of a configuration nest.",
        $"In configuration it is called '{name.Replace(':', '_')}'.");

    internal static Diagnostic Hidden(ClusterFile file, ClusterLine line, string what, string name, string owner) => Warn(
        SameKey, file, line, $"The {what} '{name}' is missing in configuration, where its name is the same as '{owner}'.",
        "Rename one of them.");

    private static Diagnostic Warn(DiagnosticDescriptor kind, ClusterFile file, ClusterLine line, string message, string remedy) => new(
        kind.Code, kind.Severity, file.Path, line.Name, file.GetPosition(line.Name.Start), file.GetPosition(line.Name.End),
        message, remedy);
}
