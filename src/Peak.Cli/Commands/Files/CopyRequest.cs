using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Files;

namespace Peak.Cli.Commands.Files;

/// <summary>What the user typed for <c>peak copy</c>.</summary>
internal sealed record CopyRequest : FilesRequest
{
    /// <summary>Files and folders of this machine; <c>-</c> for standard input.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Where to on the hosts; null where each source has its own path there.</summary>
    public string? Destination { get; init; }

    /// <summary>What to leave out; null for nothing.</summary>
    public FileFilter? Filter { get; init; }

    public FileCopyOptions Copy { get; init; } = new();

    /// <summary>Whether standard input is a source: it is the only one then.</summary>
    public bool ReadsInput => Sources is ["-"];

    public override string? ExcludeMistake => Copy.DeleteOthers ? "files are left out by --ignore" : null;

    /// <summary>It in the user's words, without options.</summary>
    public string Words => string.Join(
        ' ', (string[])["copy", .. Sources.Select(RemoteCommand.Quote), Destination is null ? "--same" : RemoteCommand.Quote(Destination)]);
}
