using System.Globalization;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>Equal output and equal status once, under the hosts that have them in common.</summary>
/// <remarks>
/// A group is shown as soon as no host can join it any more: at the end, or before if every host that is still running
/// has printed something else. <paramref name="byLine"/> shows them at the end, line by line, in the order of hosts.
/// </remarks>
internal sealed class GatheredReport(
    RunScreen screen, IReadOnlyList<Target> targets, bool labels, bool byLine, long maxKept) : RunReport, IDisposable
{
    private const int FewOpen = 64;
    private readonly Gatherer<HostOutcome> _gatherer = new(maxKept: maxKept);
    private readonly HashSet<OutputGroup<HostOutcome>> _shown = [];
    private readonly HashSet<int> _open = [.. Enumerable.Range(0, targets.Count)];
    // Each group not shown yet, with one target that may still join it: only what that one does can change this.
    private readonly Dictionary<OutputGroup<HostOutcome>, int> _waiting = [];

    public override void Add(RunEvent happened)
    {
        if (happened is not HostEvent { Target.Rank: var rank }) return;
        if (_gatherer.Add(happened) is { } group)
        {
            _open.Remove(rank);
            if (!_shown.Contains(group)) _waiting.TryAdd(group, rank);
        }

        // Only a few hosts still run: it is cheap to ask which of them may still join a group.
        if (byLine || _open.Count is 0 or > FewOpen) return;
        foreach (var (waiting, joiner) in _waiting)
            if (joiner == rank || !_open.Contains(joiner)) ShowUnlessJoined(waiting);
    }

    public override void End(RunTally tally)
    {
        foreach (var group in _gatherer.Groups.OrderBy(g => g.Targets.Min()))
            if (_shown.Add(group)) Show(group);
    }

    public void Dispose() => _gatherer.Dispose();

    private void ShowUnlessJoined(OutputGroup<HostOutcome> group)
    {
        foreach (int rank in _open)
        {
            if (!_gatherer.MayJoin(rank, group)) continue;
            _waiting[group] = rank;
            return;
        }

        _waiting.Remove(group);
        if (_shown.Add(group)) Show(group);
    }

    private void Show(OutputGroup<HostOutcome> group)
    {
        string names = HostNames.Fold(group.Targets.Order().Select(rank => targets[rank]));
        string count = group.Targets.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({group.Targets.Count})") : "";
        string status = group.Status.Succeeded ? "" : $": {group.Status.KindText}";
        byte[] label = byLine && labels ? RunScreen.Label(names) : [];
        if (group.Output.Length > 0)
        {
            if (!byLine && labels) screen.Head(false, names + count + status);
            screen.Text(false, label, group.Output);
        }

        if (group.Error.Length > 0)
        {
            if (!byLine && labels) screen.Head(true, $"{names}{count}{status} (stderr)");
            screen.Text(true, label, group.Error);
        }
    }
}
