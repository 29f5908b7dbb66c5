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
/// A child process in a session of its own, without a terminal, with output and error as pipes. It is started on an event loop; what
/// is called from another thread goes through that loop.
/// </summary>
internal abstract class ChildProcess : IAsyncDisposable
{
    /// <summary>How many descriptors a child needs here at most: its three pipes, and its end.</summary>
    public const int Descriptors = 4;

    /// <summary>Its process id, and that of its process group and session.</summary>
    public abstract int Id { get; }

    /// <summary>What is written to it; only where its input is to stay open.</summary>
    public abstract Stream StandardInput { get; }

    /// <summary>Its standard output.</summary>
    public abstract Stream StandardOutput { get; }

    /// <summary>Its standard error.</summary>
    public abstract Stream StandardError { get; }

    /// <summary>Starts a program, on the loop of the current thread.</summary>
    /// <exception cref="IOException">It can't be started; the message says why.</exception>
    public static ChildProcess Start(in ChildStart start) =>
        EventLoop.Current!.Portable ? new PortableProcess(start) : SpawnedProcess.Spawn(start);

    /// <summary>Waits for its end: <see cref="HostOutcome.Exited"/> or <see cref="HostOutcome.Signaled"/>.</summary>
    public abstract ValueTask<HostOutcome> WaitAsync();

    /// <summary>Asks it and all it has started to end (SIGTERM), or makes them (SIGKILL). Nothing where it has ended.</summary>
    public abstract void Stop(bool force);

    /// <summary>Sends a signal to its process group. Nothing where it has ended.</summary>
    /// <param name="name">The name without <c>SIG</c>.</param>
    /// <exception cref="ArgumentException">There is no such signal.</exception>
    public abstract void SendSignal(string name);

    /// <summary>Kills what still runs, waits for that, and closes the pipes.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>Feeds an input to a child that may read it slowly, or not to the end.</summary>
    /// <param name="source">The input, opened; disposed of at the end. Null for none.</param>
    /// <param name="destination">The pipe.</param>
    /// <param name="staysOpen">Whether the end of the input is for somebody else to say.</param>
    protected static async Task FeedAsync(Stream? source, Stream destination, bool staysOpen)
    {
        try
        {
            if (source is not null)
            {
                await using var opened = source;
                await source.CopyToAsync(destination);
            }

            if (!staysOpen) await destination.DisposeAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // It does not read to the end, or has ended.
            await destination.DisposeAsync();
        }
    }
}
