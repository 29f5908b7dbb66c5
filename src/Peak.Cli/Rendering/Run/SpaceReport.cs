using System.Globalization;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>A table of the file systems of hosts, the fullest first; equal rows once, for the hosts that have them in common.</summary>
internal sealed class SpaceReport(RunScreen screen, FileSystemQuery query, IReadOnlyList<Target> targets, SpaceView view) : RunReport
{
    private readonly LiveReport _live = new(screen, targets.Count, labels: true);

    public override bool TellsReasons => _live.TellsReasons;

    public override int ExitCode => view.ExitCode(query, targets);

    public override void Add(RunEvent happened) => _live.Add(happened);

    public override void End(RunTally tally)
    {
        var all = targets.SelectMany(target => query.FileSystemsOf(target.Rank).Select(system => (Target: target, System: system)))
            .Where(found => view.Shows(found.System))
            .ToList();
        if (all.Count == 0) return;
        var table = new Table(" used", view.Inodes ? " files" : " size", " free", "path", "hosts");
        var rows = all.GroupBy(found => RowOf(found.System.Path, found.System.Space), found => found.Target)
            .OrderByDescending(row => row.Key.Percent ?? -1)
            .ThenBy(row => row.Key.Path, StringComparer.Ordinal)
            .ThenBy(row => row.First().Rank);
        foreach (var row in rows) Add(table, row.Key, [.. row]);
        if (all.Count > 1 && view.Over is null) Add(table, RowOf("total", TotalOf(all.Select(found => found.System))), []);
        table.WriteTo(screen.Out);
    }

    private Row RowOf(string path, SftpSpace space) => view.Inodes
        ? new(view.PercentOf(space), Count(space.Files), Count(space.FreeFiles), path)
        : new(view.PercentOf(space), ByteSize.Round(space.Size), ByteSize.Round(space.Available), path);

    private static string Count(long files) => files.ToString("#,0", CultureInfo.InvariantCulture);

    private static void Add(Table table, Row row, List<Target> hosts)
    {
        string percent = row.Percent is { } full ? string.Create(CultureInfo.InvariantCulture, $"{full}%") : "-";
        string count = hosts.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({hosts.Count})") : "";
        table.Add(percent, row.Size, row.Free, row.Path, hosts.Count == 0 ? "" : HostNames.Fold(hosts) + count);
    }

    /// <summary>All together; what several hosts have from the same server, once.</summary>
    private static SftpSpace TotalOf(IEnumerable<HostFileSystem> systems)
    {
        var shared = new HashSet<string>(StringComparer.Ordinal);
        var total = new SftpSpace(0, 0, 0, 0, 0, false, 0);
        foreach (var (_, source, _, space) in systems)
        {
            bool isShared = source.StartsWith("//", StringComparison.Ordinal) || source.Contains(":/", StringComparison.Ordinal);
            if (isShared && !shared.Add(source)) continue;
            total = total with
            {
                Size = Sum(total.Size, space.Size),
                Free = Sum(total.Free, space.Free),
                Available = Sum(total.Available, space.Available),
                Files = Sum(total.Files, space.Files),
                FreeFiles = Sum(total.FreeFiles, space.FreeFiles),
            };
        }

        return total;

        // A host may say what it likes.
        static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
    }

    private readonly record struct Row(int? Percent, string Size, string Free, string Path);
}
