using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics;

/// <summary>Runs every rule over a file.</summary>
internal static class Checker
{
    public static IReadOnlyList<Diagnostic> Check(ClusterFile file) => [];
}
