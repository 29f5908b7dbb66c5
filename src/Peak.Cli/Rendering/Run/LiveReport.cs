using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Rendering.Run;

/// <summary>Lines as they come, each whole and with the name of its host.</summary>
internal sealed class LiveReport : RunReport
{
    private readonly RunScreen _screen;
    private readonly HostLines _lines;

    // With one host and no labels, nothing can be mixed up: its bytes pass as they are.
    private readonly bool _asIs;

    public LiveReport(RunScreen screen, int targets, bool labels)
    {
        _screen = screen;
        _asIs = !labels && targets == 1;
        byte[]?[] known = new byte[]?[labels ? targets : 0];
        _lines = new HostLines(targets, (target, error, line, isPart) =>
            screen.Line(error, labels ? known[target.Rank] ??= RunScreen.Label(target.Name) : [], line, isPart, target.Rank));
    }

    public override bool TellsReasons => true;

    public override void Add(RunEvent happened)
    {
        if (_asIs && happened is HostEvent.Output output)
        {
            bool error = output is HostEvent.StandardError;
            if (!(error ? _screen.Error : _screen.Out).IsTerminal)
            {
                _screen.Bytes(error, output.Data.Span);
                return;
            }
        }

        _lines.Add(happened);
        if (happened is HostEvent.Retrying retrying)
            Complain(retrying.Target, $"{retrying.Outcome.Describe()}; trying again");
        else if (happened is HostEvent.Ended ended && NeedsWords(ended.Outcome))
            Complain(ended.Target, ended.Outcome.Describe());
    }

    // What a host printed tells why its command failed; what peak did not reach or ended has to be said by peak.
    private static bool NeedsWords(HostOutcome outcome) => outcome is
        HostOutcome.Unreachable or HostOutcome.MayStillRun or HostOutcome.TimedOut or HostOutcome.Failed
        or HostOutcome.TooMuchOutput or HostOutcome.NotStarted { Reason: NotStartedReason.CannotStart };

    private void Complain(Target target, string words) => _screen.Say($"{target.Name}: {words}");
}
