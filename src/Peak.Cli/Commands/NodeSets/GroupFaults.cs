using Peak.Clusters.ClusterShell;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>Faults of group sources that do not keep the others from answering: each is told once, and there was no full success.</summary>
internal sealed class GroupFaults(Invocation peak)
{
    private readonly HashSet<string> _told = [];

    /// <summary>Whether something is missing from the answer.</summary>
    public bool Any { get; private set; }

    public void Tell(ClusterShellConfigurationException fault) => Tell(fault.Message, fault.IsWarning);

    public void Tell(string fault, bool isWarning = false)
    {
        if (_told.Add(fault)) peak.Warn(fault);
        Any |= !isWarning;
    }
}
