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
    private readonly Gatherer<bool> _waiting;
    private readonly Dictionary<int, OutputGroup<bool>> _ended = [];
    // Streams of waiting hosts whose last line is not complete yet.
    private readonly HashSet<(int Rank, bool Error)> _unfinished = [];
    private int _first;

    public OrderedReport(RunScreen screen, IReadOnlyList<Target> targets, bool labels, long maxKept)
    {
        _waiting = new(maxKept: maxKept);
        _targets = targets;
        var label = (Rank: -1, Bytes: Array.Empty<byte>());
        _lines = new HostLines(targets.Count, (target, error, line, isPart) =>
        {
            if (labels && label.Rank != target.Rank) label = (target.Rank, RunScreen.Label(target.Name));
            screen.Line(error, label.Bytes, line, isPart, target.Rank);
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
        // In a run that was given up, some hosts have not ended.
        while (_first < _targets.Count && !GiveUp.IsCancellationRequested) Advance();
    }

    public void Dispose() => _waiting.Dispose();

    private void Keep(int rank, bool error, ReadOnlySpan<byte> piece)
    {
        if (error) _waiting.AddError(rank, piece);
        else _waiting.AddOutput(rank, piece);
        if (piece[^1] == '\n') _unfinished.Remove((rank, error));
        else _unfinished.Add((rank, error));
    }

    /// <summary>Finishes the first host and shows what the next one has printed so far; goes on as long as that one has ended.</summary>
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
        while (_ended.Remove(_first) && !GiveUp.IsCancellationRequested);
    }

    private void Show(bool error, GatheredOutput kept)
    {
        // The gatherer ends every last line. Where the host may still go on with that line, its end is left out here.
        bool unfinished = _unfinished.Remove((_first, error));
        bool any = false, isOver = false;
        kept.ForEachLine((line, isPart) =>
        {
            if (GiveUp.IsCancellationRequested) return;
            if (isOver) _lines.Add(First(), error, "\n"u8);
            _lines.Add(First(), error, line);
            (any, isOver) = (true, !isPart);
        });
        if (any && !unfinished) _lines.Add(First(), error, "\n"u8);
    }

    private Target First() => _targets[_first];
}
