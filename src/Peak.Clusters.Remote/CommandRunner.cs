using System.Runtime.CompilerServices;
using Peak.Clusters.Remote.Transports;

namespace Peak.Clusters.Remote;

/// <summary>Runs commands on targets over a transport. Safe for any number of runs at once.</summary>
/// <param name="transport">How the targets are reached. It stays the caller's: dispose of it after the runs.</param>
/// <param name="options">How targets are treated; the defaults of <see cref="RunOptions"/> where null.</param>
/// <param name="timeProvider">The clock of time limits and durations; the system's where null.</param>
public sealed class CommandRunner(ITransport transport, RunOptions? options = null, TimeProvider? timeProvider = null)
{
    /// <summary>Use only what every platform of .NET has.</summary>
    internal bool Portable { get; init; } = !OperatingSystem.IsLinux();

    /// <summary>
    /// Runs a command on targets: a stream of what happens there, with exactly one <see cref="HostEvent.Ended"/> for each
    /// target. The run begins with the enumeration; each enumeration is a run.
    /// </summary>
    /// <remarks>
    /// Memory is bounded: whoever is slow to ask for the next event slows the hosts down. Leaving the enumeration early
    /// kills what still runs.
    /// </remarks>
    /// <param name="command">What to run.</param>
    /// <param name="targets">Where; the rank of each is its index.</param>
    /// <param name="stop">
    /// Stops the run in an orderly way: no target is started any more, those running are asked to end and after
    /// <see cref="RunOptions.GracePeriod"/> made to, and the stream goes on until each target has its outcome. (The token
    /// of the enumeration, by contrast, ends it at once with an <see cref="OperationCanceledException"/>.)
    /// </param>
    public IAsyncEnumerable<HostEvent> RunAsync(RemoteCommand command, IReadOnlyList<string> targets, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(targets);
        return Enumerate(command, targets, stop);
    }

    private async IAsyncEnumerable<HostEvent> Enumerate(
        RemoteCommand command,
        IReadOnlyList<string> targets,
        CancellationToken stop,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var run = Run.Begin(transport, command, targets, options ?? new(), timeProvider ?? TimeProvider.System, Portable, stop);
        try
        {
            var queue = await run.Queue;
            while (await queue.TakeAsync(cancellationToken) is { } entries)
            {
                foreach (var entry in entries)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return entry.Event;
                    queue.Release(entry);
                }
            }
        }
        finally
        {
            await run.AbortAsync();
        }
    }
}
