using Peak.Cli.CommandLine.Options;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Commands.Run;

/// <summary>What the user typed, read once.</summary>
internal sealed record RunRequest
{
    public TargetSelection Targets { get; init; } = new();

    public ConnectionSettings Connection { get; init; } = new();

    public RolloutOptions Rollout { get; init; } = new();

    public OutputSettings Output { get; init; } = new();

    public CommandSettings Command { get; init; } = new();

    /// <summary>Whether the user himself put <c>--</c> before the command.</summary>
    public bool CommandIsMarked { get; init; }

    /// <summary>Only show what would be done.</summary>
    public bool DryRun { get; init; }
}
