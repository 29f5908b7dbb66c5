using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>
/// ClusterIt takes such a comment for a section in some of its passes over the file and for a comment in others, which shifts all
/// groups below.
/// </summary>
internal sealed class KeywordInIndentedComment()
    : Rule("PEAK018", Severity.Warning, "An indented comment contains GROUP or LUMP", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i];
            if (line.Kind != ClusterLineKind.Comment || line.Content.Start == line.Span.Start) continue;
            if (KeywordInName.KeywordIn(file.Text(line.Content)) is var (at, length))
                yield return new Finding(i, new TextSpan(line.Content.Start + at, length));
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The comment is indented and contains {TerminalText.Quote(file.Text(finding.Span))[1..^1]}: "
        + "ClusterIt half takes it for a section, and crashes or gives the groups below the hosts of others.",
        "Begin the comment in the first column.");
}
