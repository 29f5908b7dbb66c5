using Microsoft.Extensions.Configuration;

namespace Peak.Clusters.Hosting.Monitoring;

/// <summary>
/// Which file (rule 9 of docs/file-format.md): the property <c>peak.running.cluster._filename</c>, else
/// <c>__main__.CLUSTER</c>, else <c>environ.CLUSTER</c>; the application's configuration stands for the first two.
/// </summary>
internal static class ClusterFileName
{
    public static string? Find(ClusterFileOptions options, IConfiguration? configuration) =>
        NotEmpty(options.Path)
        ?? NotEmpty(configuration?[$"{options.Section}:_filename"])
        ?? NotEmpty(configuration?["CLUSTER"])
        ?? Cluster.DefaultPath;

    private static string? NotEmpty(string? path) => string.IsNullOrEmpty(path) ? null : path;
}
