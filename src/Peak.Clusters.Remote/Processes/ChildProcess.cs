namespace Peak.Clusters.Remote.Processes;

/// <summary>A program to start: what <see cref="ChildProcess.Start"/> needs to know.</summary>
/// <param name="Arguments">The program and its arguments.</param>
/// <param name="Input">What it reads.</param>
/// <param name="Environment">Variables in addition to this process's.</param>
internal readonly record struct ChildStart(
    IReadOnlyList<string> Arguments,
    CommandInput Input,
    IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// A child process in a session of its own, without a terminal, with output and error as pipes. It belongs to the event
/// loop on which it was started.
/// </summary>
internal abstract class ChildProcess : IAsyncDisposable
{
    /// <summary>Its process id, and that of its process group and session.</summary>
    public abstract int Id { get; }

    /// <summary>Its standard output.</summary>
    public abstract Stream StandardOutput { get; }

    /// <summary>Its standard error.</summary>
    public abstract Stream StandardError { get; }

    /// <summary>Starts a program.</summary>
    /// <exception cref="IOException">It can't be started; the message says why.</exception>
    public static ChildProcess Start(in ChildStart start) =>
        EventLoop.Current.Portable ? new PortableProcess(start) : SpawnedProcess.Spawn(start);

    /// <summary>Waits for its end: <see cref="HostOutcome.Exited"/> or <see cref="HostOutcome.Signaled"/>.</summary>
    public abstract ValueTask<HostOutcome> WaitAsync();

    /// <summary>Asks it and all it has started to end (SIGTERM), or makes them (SIGKILL). Nothing where it has ended.</summary>
    public abstract void Stop(bool force);

    /// <summary>Kills what still runs, waits for that, and closes the pipes.</summary>
    public abstract ValueTask DisposeAsync();
}
