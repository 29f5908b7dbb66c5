using Peak.Clusters.Definition;

namespace Peak.Clusters.Tests.Agreement;

/// <summary>PEAK, ClusterIt and us side by side.</summary>
internal static class Comparison
{
    /// <summary>
    /// The first difference between what the three make of a file: each group's hosts in order and as often as a command is
    /// run there, and those of all hosts; null where there is none.
    /// </summary>
    public static string? Difference(string text)
    {
        var peak = PeakModel.Read(text);
        if (peak is null) return "PEAK crashes.";
        if (!PeakModel.Accepts(peak)) return "PEAK refuses a name.";
        var clusterIt = new ClusterItModel(text);
        if (clusterIt.Crashes) return "ClusterIt crashes.";
        var ours = Answer.Of(Cluster.FromFile(ClusterFile.Parse(ByteString.Bytes(text)), lenient: true));
        if (ours.ToString() != peak.ToString()) return $"We say:\n{ours}PEAK says:\n{peak}";
        if (!clusterIt.Hosts().SequenceEqual(peak.Hosts))
            return $"ClusterIt runs on all:\n{string.Join(' ', clusterIt.Hosts())}\nPEAK says:\n{peak}";
        foreach (var (name, hosts) in peak.Groups)
            if (!clusterIt.Hosts(name).SequenceEqual(hosts))
                return $"ClusterIt runs on {name}:\n{string.Join(' ', clusterIt.Hosts(name))}\nPEAK says:\n{peak}";
        return null;
    }
}
