using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Rendering.Run;

/// <summary>Lines as they come, each whole and with the name of its host.</summary>
internal sealed class LiveReport(RunScreen screen, int targets, bool labels) : RunReport
{
    private readonly Streams?[] _streams = new Streams?[targets];

    // With one host and no labels, nothing can be mixed up: its bytes pass as they are.
    private readonly bool _asIs = !labels && targets == 1;

    public override void On(HostEvent happened)
    {
        switch (happened)
        {
            case HostEvent.Output output:
                bool error = output is HostEvent.StandardError;
                if (_asIs && !(error ? screen.Error : screen.Out).IsTerminal)
                {
                    screen.Bytes(error, output.Data.Span);
                    break;
                }

                var streams = _streams[output.Target.Rank] ??= new Streams(labels ? RunScreen.Label(output.Target.Name) : []);
                foreach (var line in (error ? streams.Error : streams.Output).Add(output.Data.Span)) screen.Line(error, streams.Label, line);
                break;
            case HostEvent.Retrying retrying:
                Complete(retrying.Target.Rank);
                Complain(retrying.Target, $"{retrying.Outcome.Describe()}; trying again");
                break;
            case HostEvent.Ended ended:
                Complete(ended.Target.Rank);
                if (ended.Outcome is HostOutcome.Unreachable or HostOutcome.TimedOut or HostOutcome.NotStarted { Reason: NotStartedReason.CannotStart })
                    Complain(ended.Target, ended.Outcome.Describe());
                break;
        }
    }

    private void Complete(int rank)
    {
        if (_streams[rank] is not { } streams) return;
        if (streams.Output.Complete(out var line)) screen.Line(false, streams.Label, line);
        if (streams.Error.Complete(out line)) screen.Line(true, streams.Label, line);
        _streams[rank] = null;
    }

    private void Complain(Target target, string words) => screen.Say($"{target.Name}: {words}");

    private sealed class Streams(byte[] label)
    {
        public readonly byte[] Label = label;
        public readonly LineAssembler Output = new();
        public readonly LineAssembler Error = new();
    }
}
