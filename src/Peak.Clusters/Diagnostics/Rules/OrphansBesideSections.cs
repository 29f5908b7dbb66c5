using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>ClusterIt includes orphans in every group it is asked for, or forgets them. Reported once for each file.</summary>
internal sealed class OrphansBesideSections()
    : Rule("PEAK022", Severity.Warning, "Hosts stand before the first section", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        if (file.Count(ClusterLineKind.Group) + file.Count(ClusterLineKind.Lump) == 0) yield break;
        int first = FileIndex.None, count = 0;
        for (int i = 0; i < file.Lines.Length && file.SectionOf(i) == FileIndex.None; i++)
        {
            if (!file.IsHost(i)) continue;
            if (count++ == 0) first = i;
        }

        if (count > 0) yield return file.At(first, count);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding)
    {
        string who = $"{Wording.Count(finding.Other, "host")} stand{(finding.Other == 1 ? "s" : "")} before the first section";
        int last = file.SectionOf(file.Lines.Length - 1);
        return (
            file.Lines[last].Kind == ClusterLineKind.Lump
                ? $"{who}, and as the file ends in a lump, ClusterIt forgets {(finding.Other == 1 ? "it" : "them")}."
                : $"{who}, and ClusterIt includes {(finding.Other == 1 ? "it" : "them")} in every group it is asked for.",
            "Put them into a group of their own.");
    }
}
