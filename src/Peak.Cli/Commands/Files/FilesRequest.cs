using Peak.Cli.Commands.Run;

namespace Peak.Cli.Commands.Files;

/// <summary>What the user typed for a verb that works with files of hosts.</summary>
internal abstract record FilesRequest : HostsRequest
{
    /// <summary>As whom it is done by sudo; null for whom is logged in.</summary>
    public string? SudoUser { get; init; }
}
