using System.Diagnostics.CodeAnalysis;

namespace Peak.Clusters.Diagnostics;

/// <summary>Every kind of diagnostic a cluster file can have.</summary>
public static class DiagnosticCatalogue
{
    /// <summary>The kinds, ordered by code.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = [.. Checker.Rules.Select(rule => rule.Descriptor)];

    /// <summary>Looks for a kind by its code.</summary>
    /// <param name="code">The code, in whatever case.</param>
    /// <param name="descriptor">The kind, if there is one.</param>
    /// <returns>Whether there is such a kind.</returns>
    public static bool TryGetValue(string code, [NotNullWhen(true)] out DiagnosticDescriptor? descriptor)
    {
        ArgumentNullException.ThrowIfNull(code);
        descriptor = All.FirstOrDefault(d => string.Equals(d.Code, code, StringComparison.OrdinalIgnoreCase));
        return descriptor is not null;
    }
}
