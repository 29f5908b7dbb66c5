namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>
/// PEAK reads such a file without harm, ClusterIt does not look into lumps within lumps, and nobody can have meant it.
/// Reported once for each cycle.
/// </summary>
internal sealed class LumpCycle() : Rule("PEAK026", Severity.Warning, "A lump contains itself", guardsAgreement: true)
{
    private const int LongestPrinted = 6;

    public override IEnumerable<Finding> Find(FileIndex file)
    {
        var found = new HashSet<int>();
        foreach (int line in file.Lumps.MemberLines)
            if (file.Lumps.CycleOf(line) is >= 0 and var cycle && found.Add(cycle)) yield return file.At(line);
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding)
    {
        int lump = file.GroupOf(finding.Line);
        List<int> way = [lump, .. file.Lumps.WayBack(finding.Line)];
        var names = way.Count <= LongestPrinted
            ? way.Select(file.QuoteName)
            : [.. way.Take(LongestPrinted - 2).Select(file.QuoteName), "…", file.QuoteName(lump)];
        return ($"The lump {file.QuoteName(lump)} contains itself: {string.Join(" → ", names)}.", "Remove the member that leads back.");
    }
}
