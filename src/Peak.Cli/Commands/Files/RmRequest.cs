using Peak.Clusters.Remote;

namespace Peak.Cli.Commands.Files;

/// <summary>What the user typed for <c>peak rm</c>.</summary>
internal sealed record RmRequest : FilesRequest
{
    /// <summary>Paths on the hosts, with patterns.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Whether folders are removed, too.</summary>
    public bool Recursive { get; init; }

    /// <summary>Whether nobody is asked before.</summary>
    public bool IsSure { get; init; }

    /// <summary>It in the user's words, without other options than those that say what is removed.</summary>
    public string Words => $"rm{(DryRun ? " -n" : "")}{(Recursive ? " -r" : "")} {string.Join(' ', Paths.Select(RemoteCommand.Quote))}";
}
