using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>The members add up in all programs; a copied line whose name was not changed looks the same.</summary>
internal sealed class ReopenedSection() : Rule("PEAK029", Severity.Warning, "A section is opened again", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        var seen = new Dictionary<(int, ClusterLineKind), int>();
        for (int i = 0; i < file.Lines.Length; i++)
        {
            if (!file.Lines[i].IsSection) continue;
            var section = (file.NameOf(i), file.Lines[i].Kind);
            if (seen.TryGetValue(section, out int first)) yield return file.At(i, first);
            else seen.Add(section, i);
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"{file.Quote(finding.Line)} is opened on line {finding.Other + 1} already, and the members add up.",
        "Move the members there, or use another name.");
}
