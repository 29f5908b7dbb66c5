namespace Peak.Clusters.Diagnostics;

/// <summary>One kind of diagnostic. Immutable.</summary>
/// <param name="Code"><c>PEAKnnn</c>: stable; a code that is given up is never used again.</param>
/// <param name="Severity">How much every diagnostic of the kind matters.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="GuardsAgreement">
/// Whether a file that has this diagnostic alone may mean different things to PEAK, ClusterIt 2.5 and this library. Where
/// it is false, the three agree and the file is unsafe to act on or likely a mistake.
/// </param>
public sealed record DiagnosticDescriptor(string Code, Severity Severity, string Title, bool GuardsAgreement);
