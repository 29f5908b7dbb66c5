using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote;

/// <summary>
/// A run of some work on many targets: a stream of what happens, with exactly one <see cref="HostEvent.Ended"/> for each target. It
/// begins when it is enumerated, which can be done once.
/// </summary>
/// <remarks>
/// Memory is bounded: whoever is slow to ask for the next event slows the hosts down. Leaving the enumeration early kills what still
/// runs, and so does its token, whose cancellation throws <see cref="OperationCanceledException"/>; <see cref="Stop"/> ends the run in
/// an orderly way.
/// </remarks>
#pragma warning disable CA1001 // See the constructor.
public sealed class HostRun : IAsyncEnumerable<RunEvent>
{
    private readonly IConnector _connector;
    private readonly RunOptions _options;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<IRunObserver> _observers;
    private readonly bool _portable;
    private readonly CancellationTokenSource _stop;
    private int _enumerated;

    internal HostRun(
        IConnector connector,
        HostWork work,
        IReadOnlyList<Target> targets,
        RunOptions options,
        TimeProvider time,
        IReadOnlyList<IRunObserver> observers,
        bool portable)
    {
        _connector = connector;
        Work = work;
        Targets = targets;
        _options = options;
        _time = time;
        _observers = observers;
        _portable = portable;
        // Without a timer or a wait handle it holds nothing that would have to be disposed of.
        _stop = new();
    }

    /// <summary>What is done on each target.</summary>
    public HostWork Work { get; }

    /// <summary>The targets, by rank.</summary>
    public IReadOnlyList<Target> Targets { get; }

    /// <summary>
    /// Stops the run in an orderly way: no target is started any more, those being worked on are asked to end and after
    /// <see cref="RunOptions.GracePeriod"/> made to, and the stream goes on until each target has its outcome. From any thread; also
    /// before the run begins, and after its end.
    /// </summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Begins the run.</summary>
    /// <param name="cancellationToken">Ends it at once: what still runs is killed.</param>
    /// <exception cref="InvalidOperationException">It has been enumerated before.</exception>
    public IAsyncEnumerator<RunEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        Interlocked.Exchange(ref _enumerated, 1) == 0
            ? EnumerateAsync(cancellationToken)
            : throw new InvalidOperationException("A run can be enumerated once; make another with the same runner.");

    private async IAsyncEnumerator<RunEvent> EnumerateAsync(CancellationToken cancellationToken)
    {
        using var watching = RunWatch.Begin(this, _observers, _time);
        var run = RunLoop.Begin(_connector, Work, Targets, _options, _time, _portable, _stop.Token);
        bool complete = false;
        try
        {
            var queue = await run.Queue.ConfigureAwait(false);
            while (await queue.TakeAsync(cancellationToken).ConfigureAwait(false) is { } entries)
            {
                foreach (var entry in entries)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    watching?.Add(entry.Event);
                    yield return entry.Event;
                    queue.Release(entry);
                }
            }

            complete = true;
        }
        finally
        {
            await run.AbortAsync().ConfigureAwait(false);
            if (complete) watching?.Complete();
        }
    }
}
