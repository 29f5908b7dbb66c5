namespace Peak.Clusters.Remote;

/// <summary>Sees the events of all runs of a <see cref="CommandRunner"/>, beside whoever reads them: a log, an audit, a test.</summary>
/// <remarks>
/// One that throws is told nothing more of that run, which goes on; the exception is recorded in the run's span.
/// </remarks>
public interface IRunObserver
{
    /// <summary>A run begins.</summary>
    /// <param name="run">The run.</param>
    /// <returns>
    /// Takes its events as its reader gets them, in order and before him, then the end: completed where the reader got all of them, an
    /// error where the run failed, was canceled, or its reader left early.
    /// </returns>
    IObserver<RunEvent> Begin(HostRun run);
}
