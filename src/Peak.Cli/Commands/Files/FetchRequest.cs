using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Files;

namespace Peak.Cli.Commands.Files;

/// <summary>What the user typed for <c>peak fetch</c>.</summary>
internal sealed record FetchRequest : FilesRequest
{
    /// <summary>Paths on the hosts, with patterns.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Where to; null for the output.</summary>
    public string? Folder { get; init; }

    public FileFetchOptions Fetch { get; init; } = new();

    /// <summary>It in the user's words, without options.</summary>
    public string Words => string.Join(' ', ((string[])["fetch", .. Paths, Folder ?? "-"]).Select(RemoteCommand.Quote));
}
