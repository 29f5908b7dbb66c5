using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Rendering.Run;

/// <summary>The output of each host in one piece, in the order of the hosts, as soon as all before it have ended.</summary>
internal sealed class OrderedReport(RunScreen screen, IReadOnlyList<string> targets, bool labels) : RunReport, IDisposable
{
    private readonly Gatherer<HostOutcome> _gatherer = new();
    private readonly Dictionary<int, OutputGroup<HostOutcome>> _ended = [];
    private int _next;

    public override void On(HostEvent happened)
    {
        if (_gatherer.Take(happened) is not { } group) return;
        _ended[happened.Target.Rank] = group;
        for (; _ended.Remove(_next, out var next); _next++) Show(_next, next);
    }

    public void Dispose() => _gatherer.Dispose();

    private void Show(int rank, OutputGroup<HostOutcome> output)
    {
        byte[] label = labels ? RunScreen.Label(targets[rank]) : [];
        screen.Text(false, label, output.Output);
        screen.Text(true, label, output.Error);
    }
}
