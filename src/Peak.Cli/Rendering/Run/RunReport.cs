using Peak.Cli.CommandLine.Options;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>One way to show a run: a fold over its events that writes.</summary>
internal abstract class RunReport
{
    /// <summary>The way that is asked for.</summary>
    public static RunReport For(OutputSettings settings, Output @out, RunScreen screen, IReadOnlyList<Target> targets) => settings switch
    {
        { Folder: { } folder } => new OutputDirReport(folder),
        { Json: true, Gather: true } => new JsonGatheredReport(@out, targets, settings.MaxKept),
        { Json: true } => new JsonLinesReport(@out, targets.Count),
        { Diff: true } => new DiffReport(screen, targets, settings.MaxKept),
        { Gather: true } => new GatheredReport(screen, targets, settings.Labels, byLine: settings.InOrder, settings.MaxKept),
        { InOrder: true } => new OrderedReport(screen, targets, settings.Labels, settings.MaxKept),
        _ => new LiveReport(screen, targets.Count, settings.Labels),
    };

    /// <summary>Canceled when whoever waits gives up: a report that has much to catch up on leaves it.</summary>
    public CancellationToken GiveUp { get; set; }

    /// <summary>Whether it has told for each host why that was not reached.</summary>
    public virtual bool TellsReasons => false;

    /// <summary>What the exit code is at least, because of what was found.</summary>
    public virtual int ExitCode => ExitCodes.Success;

    /// <summary>Takes the next event.</summary>
    public abstract void Add(RunEvent happened);

    /// <summary>The run is over.</summary>
    public virtual void End(RunTally tally) { }
}
