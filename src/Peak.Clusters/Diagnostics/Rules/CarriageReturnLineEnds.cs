using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>ClusterIt keeps the CR as a part of each name. Reported once for each file.</summary>
internal sealed class CarriageReturnLineEnds() : Rule("PEAK012", Severity.Warning, "Lines end in a carriage return", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        if (!file.File.Bytes.Span.Contains((byte)'\r')) yield break;
        int count = 0, first = 0;
        TextSpan span = default;
        for (int i = 0; i < file.Lines.Length; i++)
        {
            var end = EndOf(file.Lines[i]);
            int at = file.Text(end).IndexOf((byte)'\r');
            if (at < 0) continue;
            if (count++ == 0) (first, span) = (i, new TextSpan(end.Start + at, 1));
        }

        if (count > 0) yield return new Finding(first, span, count);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"{Wording.Count(finding.Other, "line")} of the file end{(finding.Other == 1 ? "s" : "")} in a carriage return, "
        + "and ClusterIt takes it for a part of the name.",
        "Convert the line ends, for example with: sed -i 's/\\r$//' FILE.");

    // A blank line may consist of the carriage return alone.
    private static TextSpan EndOf(ClusterLine line) =>
        line.Kind == ClusterLineKind.Blank ? line.Span : new TextSpan(line.Content.End, line.Span.End - line.Content.End);
}
