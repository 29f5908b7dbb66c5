using System.Globalization;

namespace Peak.Clusters.Remote.Runs;

/// <summary>
/// How many connections are made at once: as many as this machine's processors can carry. A key exchange is work; more of them in the
/// making than that gain nothing and make each slow, until healthy hosts seem not to answer. Over a network with latency many more are
/// wanted, so the number grows as long as processors idle, or are busy with something else: while each connection is made briskly.
/// For the thread of a run.
/// </summary>
/// <param name="least">The number at first, and the least.</param>
/// <param name="most">The most.</param>
/// <param name="time">The clock.</param>
/// <param name="idleShare">
/// What share of the processors' time was idle since the last call, from 0 to 1; null where that can't be known.
/// </param>
internal sealed class ConnectGate(int least, int most, TimeProvider time, Func<double?> idleShare) : IDisposable
{
    private const double Idle = 0.25, MostlyIdle = 0.6, Busy = 0.05;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // Far enough below any sensible limit of time for connecting that a sudden load does not make healthy hosts exceed it.
    private static readonly TimeSpan Brisk = TimeSpan.FromSeconds(1), Slow = TimeSpan.FromSeconds(2);
    private readonly SynchronizationContext _loop = SynchronizationContext.Current!;
    private readonly Queue<TaskCompletionSource<bool>> _waiting = new();
    private ITimer? _timer;
    private int _limit = Math.Min(least, most);
    private int _making;
    private TimeSpan? _recent;
    private bool _disposed;

    /// <summary>Waits for a place; whoever has one calls <see cref="Exit"/>.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        if (_making < _limit && _waiting.Count == 0)
        {
            _making++;
            return;
        }

        var place = new TaskCompletionSource<bool>();
        _waiting.Enqueue(place);
        _timer ??= time.CreateTimer(_ => _loop.Post(_ => Adapt(), null), null, Interval, Interval);
        using var canceling = cancellationToken.UnsafeRegister(
            static state =>
            {
                var (loop, place) = ((SynchronizationContext, TaskCompletionSource<bool>))state!;
                loop.Post(static place => ((TaskCompletionSource<bool>)place!).TrySetResult(false), place);
            },
            (_loop, place));
        if (!await place.Task) throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>The connection stands, or can't be made.</summary>
    /// <param name="took">How long it took to make; null where it was not made: that may be the target's doing.</param>
    public void Exit(TimeSpan? took)
    {
        _making--;
        if (took is { } duration) _recent = _recent is { } recent ? recent + ((duration - recent) / 8) : duration;
        LetIn();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _timer?.Dispose();
    }

    private void Adapt()
    {
        if (_disposed) return;
        _limit = idleShare() switch
        {
            null or > MostlyIdle => Math.Min(most, _limit * 2),
            > Idle => Math.Min(most, _limit + Math.Max(1, _limit / 4)),
            _ when _recent < Brisk => Math.Min(most, _limit + Math.Max(1, _limit / 4)),
            < Busy when _recent is null || _recent > Slow => Math.Max(Math.Min(least, most), _limit - 1),
            _ => _limit,
        };
        LetIn();
        if (_waiting.Count > 0) return;
        _timer?.Dispose();
        _timer = null;
    }

    private void LetIn()
    {
        // Those who have given up are gone from the queue without a place.
        while (_making < _limit && _waiting.TryDequeue(out var place))
            if (place.TrySetResult(true)) _making++;
    }

    /// <summary>Reads the processors' idle time from <c>/proc/stat</c>.</summary>
    public static Func<double?> FromProcStat()
    {
        long idleBefore = 0, allBefore = 0;
        Read();
        return Read;

        double? Read()
        {
            try
            {
                using var reader = new StreamReader("/proc/stat");
                // cpu user nice system idle iowait irq softirq steal …
                string[] fields = (reader.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
                long all = 0, idle = 0;
                for (int i = 1; i < Math.Min(fields.Length, 9); i++)
                {
                    long ticks = long.Parse(fields[i], CultureInfo.InvariantCulture);
                    all += ticks;
                    if (i is 4 or 5) idle += ticks;
                }

                double? share = all > allBefore ? (double)(idle - idleBefore) / (all - allBefore) : null;
                (idleBefore, allBefore) = (idle, all);
                return share ?? 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                return null;
            }
        }
    }
}
