namespace Peak.Clusters.Remote.Gathering;

/// <summary>
/// Whole lines of what many hosts print, from the events of a run: each is handed on once it is complete, the last one of an attempt at
/// its end. Not thread-safe.
/// </summary>
public sealed class HostLines
{
    private readonly (LineAssembler Output, LineAssembler Error)?[] _streams;
    private readonly Handler _onLine;

    /// <summary>Begins with no line.</summary>
    /// <param name="targets">The number of targets of the run.</param>
    /// <param name="onLine">Called for each line.</param>
    public HostLines(int targets, Handler onLine)
    {
        ArgumentNullException.ThrowIfNull(onLine);
        _streams = new (LineAssembler, LineAssembler)?[targets];
        _onLine = onLine;
    }

    /// <summary>Takes a line without its end.</summary>
    /// <param name="target">Whose it is.</param>
    /// <param name="error">Whether it is of the error output.</param>
    /// <param name="line">The line; valid during the call.</param>
    /// <param name="isPart">Whether it is only the next part of a line that goes on.</param>
    public delegate void Handler(Target target, bool error, ReadOnlySpan<byte> line, bool isPart);

    /// <summary>Takes the next event.</summary>
    /// <param name="happened">The event.</param>
    public void Add(RunEvent happened)
    {
        if (happened is HostEvent.Output output) Add(output.Target, output is HostEvent.StandardError, output.Data.Span);
        else if (happened is HostEvent.Retrying or HostEvent.Ended) Complete(((HostEvent)happened).Target);
    }

    /// <summary>Takes the next piece of a stream of a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="error">Whether the stream is the error output.</param>
    /// <param name="piece">What arrived.</param>
    public void Add(Target target, bool error, ReadOnlySpan<byte> piece)
    {
        ArgumentNullException.ThrowIfNull(target);
        var streams = _streams[target.Rank] ??= (new LineAssembler(), new LineAssembler());
        for (var lines = (error ? streams.Error : streams.Output).Add(piece); lines.MoveNext();)
            _onLine(target, error, lines.Current, lines.IsPart);
    }

    /// <summary>Ends both streams of a target: hands on their last lines, if these had no line feed.</summary>
    /// <param name="target">The target.</param>
    public void Complete(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (_streams[target.Rank] is not { } streams) return;
        if (streams.Output.Complete(out var line)) _onLine(target, false, line, false);
        if (streams.Error.Complete(out line)) _onLine(target, true, line, false);
        _streams[target.Rank] = null;
    }
}
