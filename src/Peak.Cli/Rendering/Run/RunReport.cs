using Peak.Clusters.Remote;

namespace Peak.Cli.Rendering.Run;

/// <summary>One way to show a run: a fold over its events that writes.</summary>
internal abstract class RunReport
{
    /// <summary>Takes the next event.</summary>
    public abstract void On(HostEvent happened);

    /// <summary>The run is over.</summary>
    public virtual void End(RunTally tally) { }
}
