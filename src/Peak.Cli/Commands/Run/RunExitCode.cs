using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Commands.Run;

/// <summary>The exit code of a run.</summary>
internal static class RunExitCode
{
    /// <param name="tally">The outcomes.</param>
    /// <param name="maxStatus">Whether the largest status of the hosts is wanted.</param>
    public static int Of(RunTally tally, bool maxStatus)
    {
        int code = tally.FailedCheck is not null ? ExitCodes.Failed : ExitCodes.Success;
        for (int rank = 0; rank < tally.Targets.Count; rank++)
        {
            code = Math.Max(code, tally.OutcomeOf(rank) switch
            {
                { Succeeded: true } => ExitCodes.Success,
                HostOutcome.Exited exited => maxStatus ? Math.Min(exited.Status, 255) : ExitCodes.Failed,
                HostOutcome.Unreachable or HostOutcome.MayStillRun => ExitCodes.Unreachable,
                HostOutcome.TimedOut or HostOutcome.TooMuchOutput => ExitCodes.Unreachable,
                HostOutcome.NotStarted { Reason: NotStartedReason.CannotStart } => ExitCodes.Unreachable,
                _ => ExitCodes.Failed,
            });
        }

        return code;
    }
}
