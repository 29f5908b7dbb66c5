using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Files;

namespace Peak.Cli.Rendering.Run;

/// <summary>What is shown of the file systems of hosts.</summary>
/// <param name="Inodes">Whether their numbers of files, and not of bytes.</param>
/// <param name="Over">The percentage that is fuller than what is not shown; null for all.</param>
internal sealed record SpaceView(bool Inodes, int? Over)
{
    /// <summary>How full it is, in whole percents, of which a part counts as one; null where that has no limit.</summary>
    public int? PercentOf(SftpSpace space) => Percent(Inodes ? space.UsedFilesShare : space.UsedShare);

    public static int? Percent(double? share) => share is { } part ? (int)Math.Ceiling(part * 100) : null;

    public bool Shows(HostFileSystem system) => Over is null || PercentOf(system.Space) > Over;

    /// <summary>1 where something is fuller than it may be.</summary>
    public int ExitCode(FileSystemQuery query, IReadOnlyList<Target> targets) =>
        Over is not null && targets.Any(target => query.FileSystemsOf(target.Rank).Any(Shows)) ? ExitCodes.Failed : ExitCodes.Success;
}
