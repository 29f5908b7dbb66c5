namespace Peak.Cli.Commands.NodeSets;

/// <summary>How sets are written, for <c>nodeset --from</c> and <c>--to</c>.</summary>
internal enum NodeSetNotation
{
    ClusterShell,

    /// <summary>That of pdsh and Slurm.</summary>
    Pdsh,
    Ansible,
}
