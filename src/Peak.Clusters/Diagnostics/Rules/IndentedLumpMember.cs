using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>ClusterIt ignores white space before hosts and sections, but does not find a group after it.</summary>
internal sealed class IndentedLumpMember() : Rule("PEAK014", Severity.Warning, "A member of a lump is indented", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i];
            if (line.Content.Start > line.Span.Start && file.IsLumpMember(i))
                yield return new Finding(i, new TextSpan(line.Span.Start, line.Content.Start - line.Span.Start));
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"{file.Quote(finding.Line)} is indented, and ClusterIt does not take it for a member of the lump.",
        "Begin the name in the first column.");
}
