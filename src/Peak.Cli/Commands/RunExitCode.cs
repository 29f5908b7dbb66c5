using Peak.Cli.Rendering.Run;
using Peak.Clusters.Remote;

namespace Peak.Cli.Commands;

/// <summary>The exit code of a run.</summary>
internal static class RunExitCode
{
    /// <param name="tally">The outcomes.</param>
    /// <param name="maxStatus">Whether the largest status of the hosts is wanted.</param>
    /// <param name="checkFailed">Whether the check of a batch failed.</param>
    public static int Of(RunTally tally, bool maxStatus, bool checkFailed)
    {
        int code = checkFailed ? ExitCodes.FoundWanting : ExitCodes.Fine;
        for (int rank = 0; rank < tally.Targets.Count; rank++)
        {
            code = Math.Max(code, tally.OutcomeOf(rank) switch
            {
                { Succeeded: true } => ExitCodes.Fine,
                HostOutcome.Exited exited => maxStatus ? exited.Status : ExitCodes.FoundWanting,
                HostOutcome.Unreachable or HostOutcome.TimedOut or HostOutcome.NotStarted { Reason: NotStartedReason.CannotStart } => ExitCodes.Unreached,
                _ => ExitCodes.FoundWanting,
            });
        }

        return code;
    }
}
