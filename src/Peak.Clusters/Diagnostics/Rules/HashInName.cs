namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>A <c>#</c> begins a comment only at the beginning of a line.</summary>
internal sealed class HashInName() : FaultRule("PEAK019", Severity.Warning, "A name contains #", guardsAgreement: true, NameFault.Hash)
{
    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The '#' in the {What(file, finding)} name {file.Quote(finding.Line)} begins no comment "
        + "but is a part of the name, and PEAK refuses the file.",
        "Give the comment a line of its own.");
}
