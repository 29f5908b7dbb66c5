using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>PEAK takes white space after the colon for a part of the name.</summary>
internal sealed class WhiteSpaceAfterColon()
    : Rule("PEAK015", Severity.Warning, "White space stands between the colon and the name", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i];
            if (!line.IsSection || line.Name.Length == 0) continue;
            int colon = line.Content.Start + (line.Kind == ClusterLineKind.Group ? "GROUP:" : "LUMP:").Length;
            if (line.Name.Start > colon) yield return new Finding(i, new TextSpan(colon, line.Name.Start - colon));
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"White space stands between the colon and {file.Quote(finding.Line)}, and PEAK takes it for a part of the name.",
        "Remove it.");
}
