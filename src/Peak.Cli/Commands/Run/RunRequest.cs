using Peak.Cli.CommandLine.Options;

namespace Peak.Cli.Commands.Run;

/// <summary>What the user typed for <c>peak run</c>.</summary>
internal sealed record RunRequest : HostsRequest
{
    public CommandSettings Command { get; init; } = new();

    /// <summary>Whether the user himself put <c>--</c> before the command.</summary>
    public bool CommandIsMarked { get; init; }
}
