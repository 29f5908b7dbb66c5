using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics;

/// <summary>One kind of diagnostic: where it is found, and the words for it.</summary>
internal abstract class Rule(string code, Severity severity, string title, bool guardsAgreement)
{
    public DiagnosticDescriptor Descriptor { get; } = new(code, severity, title, guardsAgreement);

    /// <summary>Finds every occurrence, in linear time.</summary>
    public abstract IEnumerable<Finding> Find(FileIndex file);

    /// <summary>One sentence on what is wrong, and one on what to do; asked for only where they are read.</summary>
    public abstract (string Message, string Remedy) Describe(FileIndex file, Finding finding);
}

/// <summary>An occurrence.</summary>
/// <param name="Line">The number of the line, from 0.</param>
/// <param name="Span">Where.</param>
/// <param name="Other">What the rule needs besides to describe it: another line, a name or a count.</param>
internal readonly record struct Finding(int Line, TextSpan Span, int Other = -1);
