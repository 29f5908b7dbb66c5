using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics;

/// <summary>One thing that is ambiguous or dangerous in a cluster file.</summary>
/// <param name="Code"><c>PEAKnnn</c>: stable, documented in docs/diagnostics.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Path">The name of the file; null for a text that is no file.</param>
/// <param name="Span">Where, in bytes.</param>
/// <param name="Start">Where it begins, as people say it.</param>
/// <param name="End">Where it ends: just after its last character.</param>
/// <param name="Message">What is wrong, in one sentence; control characters of the file are escaped.</param>
/// <param name="Remedy">What to do about it, in one sentence.</param>
public sealed record Diagnostic(
    string Code,
    Severity Severity,
    string? Path,
    TextSpan Span,
    TextPosition Start,
    TextPosition End,
    string Message,
    string Remedy)
{
    /// <summary><c>file:line:column: warning PEAKnnn: message remedy</c>.</summary>
    public override string ToString() =>
        $"{Path ?? "<text>"}:{Start}: {(Severity == Severity.Error ? "error" : "warning")} {Code}: {Message} {Remedy}";
}
