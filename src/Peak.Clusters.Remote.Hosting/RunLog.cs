using Microsoft.Extensions.Logging;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Hosting;

/// <summary>Logs runs: their beginning and end, and each target that did not succeed.</summary>
internal sealed partial class RunLog(ILogger<CommandRunner> logger, TimeProvider time) : IRunObserver
{
    public IObserver<RunEvent> Begin(HostRun run)
    {
        RunStarted(run.Targets.Count, run.Work is CommandWork { Command: var command } ? command.ToString() : run.Work.GetType().Name);
        return new Observer(this, new RunTally(run.Targets, time));
    }

    [LoggerMessage(1, LogLevel.Information, "Running '{Work}' on {Targets} targets.")]
    private partial void RunStarted(int targets, string work);

    [LoggerMessage(2, LogLevel.Information, "The run ended after {Seconds:0.0} s: {Succeeded} of {Targets} targets succeeded.")]
    private partial void RunEnded(double seconds, int succeeded, int targets);

    [LoggerMessage(3, LogLevel.Warning, "The run was left after {Seconds:0.0} s; {Done} of {Targets} targets had ended: {Reason}")]
    private partial void RunLeft(double seconds, int done, int targets, string reason);

    [LoggerMessage(4, LogLevel.Warning, "{Target}: {Outcome} (attempt {Attempts}).")]
    private partial void TargetFailed(string target, string outcome, int attempts);

    [LoggerMessage(5, LogLevel.Information, "{Target}: {Outcome}; trying again.")]
    private partial void TargetRetries(string target, string outcome);

    [LoggerMessage(6, LogLevel.Information, "Batch {Number} of {Count} begins.")]
    private partial void BatchStarted(int number, int count);

    [LoggerMessage(7, LogLevel.Error, "No further target is started: {Check}.")]
    private partial void CheckFailed(string check);

    [LoggerMessage(
        8, LogLevel.Warning, "The limit of open files allows only {FanOut} targets at once, not {Wanted}; 'ulimit -n' raises it.")]
    private partial void FanOutLowered(int fanOut, int wanted);

    private sealed class Observer(RunLog log, RunTally tally) : IObserver<RunEvent>
    {
        public void OnNext(RunEvent value)
        {
            tally.Add(value);
            switch (value)
            {
                case HostEvent.Ended { Outcome.Succeeded: false } ended:
                    log.TargetFailed(ended.Target.Name, ended.Outcome.Describe(), ended.Attempts);
                    break;
                case HostEvent.Retrying retrying:
                    log.TargetRetries(retrying.Target.Name, retrying.Outcome.Describe());
                    break;
                case RunEvent.BatchStarted batch:
                    log.BatchStarted(batch.Number, batch.Count);
                    break;
                case RunEvent.CheckFailed check:
                    log.CheckFailed(check.ToString());
                    break;
                case RunEvent.FanOutLowered lowered:
                    log.FanOutLowered(lowered.FanOut, lowered.Wanted);
                    break;
            }
        }

        public void OnCompleted() => log.RunEnded(tally.Elapsed.TotalSeconds, tally.Done - tally.Failed, tally.Targets.Count);

        public void OnError(Exception error) => log.RunLeft(tally.Elapsed.TotalSeconds, tally.Done, tally.Targets.Count, error.Message);
    }
}
