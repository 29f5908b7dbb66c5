namespace Peak.Clusters.Diagnostics;

/// <summary>How much a diagnostic matters.</summary>
public enum Severity
{
    /// <summary>Programs read the file differently, or it is likely a mistake; loading goes on.</summary>
    Warning,

    /// <summary>It is unsafe to act on the file; loading stops unless it is lenient.</summary>
    Error,
}
