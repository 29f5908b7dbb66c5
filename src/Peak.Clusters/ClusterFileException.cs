using Peak.Clusters.Diagnostics;

namespace Peak.Clusters;

/// <summary>A cluster file has errors and it is unsafe to act on it.</summary>
public sealed class ClusterFileException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file; null for a text that is no file.</param>
    /// <param name="diagnostics">All diagnostics of the file, at least one of them an error.</param>
    public ClusterFileException(string? path, IReadOnlyList<Diagnostic> diagnostics)
        : base(Describe(diagnostics))
    {
        Path = path;
        Diagnostics = diagnostics;
    }

    /// <summary>The file; null for a text that is no file.</summary>
    public string? Path { get; }

    /// <summary>All diagnostics of the file, warnings included, in order of position.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    private static string Describe(IReadOnlyList<Diagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        return string.Join(Environment.NewLine, diagnostics.Where(d => d.Severity == Severity.Error));
    }
}
