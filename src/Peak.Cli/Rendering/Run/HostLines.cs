using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Rendering.Run;

/// <summary>Whole lines of what many hosts print: each is handed on once it is complete, the last one of an attempt at its end.</summary>
internal sealed class HostLines(int targets, HostLines.Handler onLine)
{
    private readonly (LineAssembler Output, LineAssembler Error)?[] _streams = new (LineAssembler, LineAssembler)?[targets];

    /// <summary>Takes a line without its end.</summary>
    /// <param name="target">Whose it is.</param>
    /// <param name="error">Whether it is of the error output.</param>
    /// <param name="line">The line; valid during the call.</param>
    /// <param name="isPart">Whether it is only the next part of a line that goes on.</param>
    public delegate void Handler(Target target, bool error, ReadOnlySpan<byte> line, bool isPart);

    public void On(HostEvent happened)
    {
        if (happened is HostEvent.Output output) Add(output.Target, output is HostEvent.StandardError, output.Data.Span);
        else if (happened is HostEvent.Retrying or HostEvent.Ended) Complete(happened.Target);
    }

    public void Add(Target target, bool error, ReadOnlySpan<byte> piece)
    {
        var streams = _streams[target.Rank] ??= (new LineAssembler(), new LineAssembler());
        for (var lines = (error ? streams.Error : streams.Output).Add(piece); lines.MoveNext();) onLine(target, error, lines.Current, lines.IsPart);
    }

    public void Complete(Target target)
    {
        if (_streams[target.Rank] is not { } streams) return;
        if (streams.Output.Complete(out var line)) onLine(target, false, line, false);
        if (streams.Error.Complete(out line)) onLine(target, true, line, false);
        _streams[target.Rank] = null;
    }
}
