using Peak.Cli.Rendering.Run;
using Peak.Clusters.Remote;

namespace Peak.Cli.Commands.Files;

/// <summary>What the user typed for <c>peak df</c>.</summary>
internal sealed record DfRequest : FilesRequest
{
    /// <summary>Paths on the hosts; none for all that is mounted.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>What of it is shown.</summary>
    public required SpaceView View { get; init; }

    /// <summary>It in the user's words, without options.</summary>
    public string Words => string.Join(' ', ((string[])["df", .. Paths]).Select(RemoteCommand.Quote));
}
