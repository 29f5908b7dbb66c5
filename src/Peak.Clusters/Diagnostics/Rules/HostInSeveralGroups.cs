namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>PEAK lists it once; ClusterIt runs the command there once for each listing. Reported once for each file.</summary>
internal sealed class HostInSeveralGroups()
    : Rule("PEAK024", Severity.Warning, "A host is listed in more than one group", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        const int Unseen = -2, Counted = -3;
        int[] groups = new int[file.Names.Count];
        Array.Fill(groups, Unseen);
        int first = FileIndex.None, count = 0;
        for (int i = 0; i < file.Lines.Length; i++)
        {
            if (!file.IsHost(i)) continue;
            ref int group = ref groups[file.NameOf(i)];
            if (group == Unseen) group = file.GroupOf(i);
            if (group == Counted || group == file.GroupOf(i)) continue;
            group = Counted;
            if (count++ == 0) first = i;
        }

        if (count > 0) yield return file.At(first, count);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding)
    {
        string who = finding.Other == 1
            ? $"The host {file.Quote(finding.Line)} is" : $"{finding.Other} hosts, the first of them {file.Quote(finding.Line)}, are";
        return (
            $"{who} listed in more than one group, "
            + "and without -g or for a lump of these groups ClusterIt runs commands there once for each.",
            "That is fine in PEAK; for ClusterIt, make the groups disjoint and combine them in lumps.");
    }
}
