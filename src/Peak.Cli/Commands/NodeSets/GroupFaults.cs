using Peak.Clusters.ClusterShell;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>Faults of group sources that do not keep the others from answering: each is told once, and there was no full success.</summary>
internal sealed class GroupFaults(Invocation peak)
{
    private readonly HashSet<string> _told = [];

    public bool Any => _told.Count > 0;

    public void Tell(ClusterShellConfigurationException fault) => Tell(fault.Message);

    public void Tell(string fault)
    {
        if (_told.Add(fault)) peak.Warn(fault);
    }
}
