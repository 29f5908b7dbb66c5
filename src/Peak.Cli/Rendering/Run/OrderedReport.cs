using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>
/// The output of each host in one piece, in the order of the hosts: the lines of the first that has not ended as they
/// come, those of the others when it is their turn.
/// </summary>
internal sealed class OrderedReport : RunReport, IDisposable
{
    private readonly IReadOnlyList<Target> _targets;
    private readonly HostLines _lines;
    private readonly Gatherer<bool> _waiting = new();
    private readonly Dictionary<int, OutputGroup<bool>> _ended = [];
    // Streams of those who wait that stand within a line.
    private readonly HashSet<(int Rank, bool Error)> _unfinished = [];
    private int _first;

    public OrderedReport(RunScreen screen, IReadOnlyList<Target> targets, bool labels)
    {
        _targets = targets;
        var label = (Rank: -1, Bytes: Array.Empty<byte>());
        _lines = new HostLines(targets.Count, (target, error, line, _) =>
        {
            if (labels && label.Rank != target.Rank) label = (target.Rank, RunScreen.Label(target.Name));
            screen.Line(error, label.Bytes, line);
        });
    }

    public override void Add(RunEvent happened)
    {
        if (happened is not HostEvent { Target.Rank: var rank }) return;
        if (rank == _first)
        {
            _lines.Add(happened);
            if (happened is HostEvent.Ended) Advance();
            return;
        }

        switch (happened)
        {
            case HostEvent.Output output:
                Keep(rank, output is HostEvent.StandardError, output.Data.Span);
                break;
            case HostEvent.Retrying:
                foreach (bool error in (ReadOnlySpan<bool>)[false, true])
                    if (_unfinished.Contains((rank, error))) Keep(rank, error, "\n"u8);
                break;
            case HostEvent.Ended:
                _ended[rank] = _waiting.End(rank, true);
                break;
        }
    }

    public override void End(RunTally tally)
    {
        // A run that was given up leaves some behind who have not ended.
        while (_first < _targets.Count) Advance();
    }

    public void Dispose() => _waiting.Dispose();

    private void Keep(int rank, bool error, ReadOnlySpan<byte> piece)
    {
        if (error) _waiting.AddError(rank, piece);
        else _waiting.AddOutput(rank, piece);
        if (piece[^1] == '\n') _unfinished.Remove((rank, error));
        else _unfinished.Add((rank, error));
    }

    /// <summary>
    /// Done with the first one: shows what the next has printed so far, and goes on as long as that is all it has to say.
    /// </summary>
    private void Advance()
    {
        do
        {
            _lines.Complete(First());
            if (++_first == _targets.Count) return;
            var kept = _ended.GetValueOrDefault(_first) ?? _waiting.End(_first, false);
            Show(error: false, kept.Output);
            Show(error: true, kept.Error);
        }
        while (_ended.Remove(_first));
    }

    private void Show(bool error, GatheredOutput kept)
    {
        // The end of the last line is the gatherer's, if the host may still go on with it.
        bool unfinished = _unfinished.Remove((_first, error));
        bool any = false;
        kept.ForEachLine(line =>
        {
            if (any) _lines.Add(First(), error, "\n"u8);
            _lines.Add(First(), error, line);
            any = true;
        });
        if (any && !unfinished) _lines.Add(First(), error, "\n"u8);
    }

    private Target First() => _targets[_first];
}
