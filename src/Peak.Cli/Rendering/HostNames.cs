using Peak.Clusters.NodeSets;

namespace Peak.Cli.Rendering;

/// <summary>Many host names in few words.</summary>
internal static class HostNames
{
    /// <summary>The names as one node set.</summary>
    public static string Fold(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 1 ? all[0] : NodeSet.Of(all).ToString();
    }
}
