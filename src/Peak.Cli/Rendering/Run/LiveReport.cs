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
        _lines = new HostLines(
            targets,
            (target, error, line, _) => screen.Line(error, labels ? known[target.Rank] ??= RunScreen.Label(target.Name) : [], line));
    }

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
        {
            Complain(retrying.Target, $"{retrying.Outcome.Describe()}; trying again");
        }
        else if (happened is HostEvent.Ended
        {
            Outcome: HostOutcome.Unreachable
                or HostOutcome.MayStillRun
                or HostOutcome.TimedOut
                or HostOutcome.NotStarted { Reason: NotStartedReason.CannotStart },
        } ended)
        {
            Complain(ended.Target, ended.Outcome.Describe());
        }
    }

    private void Complain(Target target, string words) => _screen.Say($"{target.Name}: {words}");
}
