using Peak.Clusters.NodeSets;
using Peak.Clusters.Remote;

namespace Peak.Cli.Rendering;

/// <summary>Many host names in few words.</summary>
internal static class HostNames
{
    /// <summary>The names of targets as one node set.</summary>
    public static string Fold(IEnumerable<Target> targets) => Fold(targets.Select(target => target.Name));

    /// <summary>The names as one node set.</summary>
    public static string Fold(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 1 ? all[0] : NodeSet.Of(all).ToString();
    }
}
