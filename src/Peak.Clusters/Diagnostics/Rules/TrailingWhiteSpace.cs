using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>ClusterIt takes white space after a member for a part of its name.</summary>
internal sealed class TrailingWhiteSpace() : Rule("PEAK013", Severity.Warning, "White space stands after a member", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i];
            if (line.Kind != ClusterLineKind.Member) continue;
            var end = new TextSpan(line.Content.End, line.Span.End - line.Content.End);
            if (end.Length == 0) continue;
            int last = file.Text(end).LastIndexOfAnyExcept((byte)'\r', (byte)'\n');
            if (last >= 0) yield return new Finding(i, new TextSpan(end.Start, last + 1));
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"White space stands after {file.Quote(finding.Line)}, and ClusterIt takes it for a part of the name.",
        "Remove it.");
}
