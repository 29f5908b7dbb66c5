using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>The commonest output as it is, and how the others differ from it; nothing where none does.</summary>
internal sealed class DiffReport(RunScreen screen, IReadOnlyList<Target> targets, long maxKept) : RunReport, IDisposable
{
    private readonly Gatherer<HostOutcome> _gatherer = new(maxKept: maxKept);

    public override void Add(RunEvent happened) => _gatherer.Add(happened);

    public override void End(RunTally tally) =>
        Write(screen, _gatherer.Groups, rank => targets[rank].Name, status => status.Succeeded ? "" : $": {status.KindText}");

    public void Dispose() => _gatherer.Dispose();

    /// <summary>Shows groups that way.</summary>
    /// <param name="screen">Where.</param>
    /// <param name="groups">What was gathered.</param>
    /// <param name="nameOf">The name of a target of the groups.</param>
    /// <param name="describe">Words for a status, empty where there is nothing to say.</param>
    public static void Write<TStatus>(
        RunScreen screen, IReadOnlyList<OutputGroup<TStatus>> groups, Func<int, string> nameOf, Func<TStatus, string> describe)
    {
        // Hosts that were not reached have no output to compare.
        var printed = groups.Where(g => g.Output.Length > 0 || describe(g.Status).Length == 0).OrderBy(g => g.Targets.Min()).ToList();
        var common = printed.OrderBy(g => describe(g.Status).Length > 0).MaxBy(g => g.Targets.Count);
        // As with diff, nothing is said where nothing differs.
        if (printed.Count > 1 && common is not null)
        {
            screen.Head(false, Title(common));
            screen.Text(false, [], common.Output);
            foreach (var group in printed)
            {
                if (group == common) continue;
                if (group.Output == common.Output) screen.Head(false, $"{Title(group)}, the same output");
                else OutputDiff.Write(screen, (Title(common), common.Output), (Title(group), group.Output));
            }
        }

        foreach (var group in groups)
        {
            if (group.Error.Length == 0) continue;
            screen.Head(true, $"{Title(group)} (stderr)");
            screen.Text(true, [], group.Error);
        }

        string Title(OutputGroup<TStatus> group)
        {
            string names = HostNames.Fold(group.Targets.Order().Select(nameOf));
            return names + (group.Targets.Count > 1 ? $" ({group.Targets.Count})" : "") + describe(group.Status);
        }
    }
}
