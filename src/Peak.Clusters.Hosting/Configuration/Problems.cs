using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Hosting.Configuration;

/// <summary>What can be wrong with a name as a key of a configuration.</summary>
internal static class Problems
{
    public static Diagnostic Renamed(ClusterFile file, ClusterLine line, string what, string name) => Warn(
        file, line, "PEAK301", $"The {what} '{name}' has ':' in its name, where keys of a configuration nest.",
        $"In configuration it is called '{name.Replace(':', '_')}'.");

    public static Diagnostic Hidden(ClusterFile file, ClusterLine line, string what, string name, string owner) => Warn(
        file, line, "PEAK302", $"The {what} '{name}' is missing in configuration, where its name is the same as '{owner}'.",
        "Rename one of them.");

    private static Diagnostic Warn(ClusterFile file, ClusterLine line, string code, string message, string remedy) => new(
        code, Severity.Warning, file.Path, line.Name, file.GetPosition(line.Name.Start), file.GetPosition(line.Name.End),
        message, remedy);
}
