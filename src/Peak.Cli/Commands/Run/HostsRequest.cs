using Peak.Cli.CommandLine.Options;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Commands.Run;

/// <summary>What the user typed for a verb that works on hosts, read once.</summary>
internal record HostsRequest
{
    public TargetSelection Targets { get; init; } = new();

    public ConnectionSettings Connection { get; init; } = new();

    public RolloutOptions Rollout { get; init; } = new();

    public OutputSettings Output { get; init; } = new();

    /// <summary>Only show what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>What was meant by leaving out hosts where that leaves out none; null where that only deserves a warning.</summary>
    public virtual string? ExcludeMistake => null;
}
