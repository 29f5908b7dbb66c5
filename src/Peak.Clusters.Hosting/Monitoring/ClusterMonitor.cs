using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Hosting.Monitoring;

/// <summary>
/// Follows one cluster file. Looks happen one after the other; between them <see cref="State"/> is replaced as a
/// whole, never changed. Shared by its users: the last one's <see cref="Dispose"/> ends it.
/// </summary>
internal sealed partial class ClusterMonitor : IClusterMonitor, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ClusterFileOptions _options;
    private readonly IConfiguration? _configuration;
    private readonly Func<ClusterFile, Cluster, IReadOnlyList<Diagnostic>>? _moreDiagnostics;
    private readonly FileSettling _settling;
    private readonly long _begin;
    private readonly FileWatch? _watch;
    private readonly ITimer? _timer;
    private readonly IDisposable? _relocation;
    private CancellationTokenSource _changed = new();
    private Action<ClusterMonitorState>? _listeners;
    private ClusterMonitorState _state;
    private int _users = 1;

    // What one look leaves to the next; no two run at the same time.
    private FileObservation? _settled;
    private ReadOnlyMemory<byte> _good;
    private bool _looking = true, _signalled, _soon, _disposed;

    /// <summary>Reads the file and begins to follow it.</summary>
    /// <param name="options">Which file, and how.</param>
    /// <param name="configuration">May name the file, and is asked again whenever it changes.</param>
    /// <param name="moreDiagnostics">Finds more to say of a file than its checker.</param>
    /// <exception cref="IOException">There is no good file, and it is not optional.</exception>
    /// <exception cref="ClusterFileException">The file has errors, and is not optional.</exception>
    public ClusterMonitor(
        ClusterFileOptions options,
        IConfiguration? configuration = null,
        Func<ClusterFile, Cluster, IReadOnlyList<Diagnostic>>? moreDiagnostics = null)
    {
        _options = options;
        _configuration = configuration;
        _moreDiagnostics = moreDiagnostics;
        _settling = new FileSettling(options.QuietPeriod);
        _begin = options.TimeProvider.GetTimestamp();
        try
        {
            if (options.ReloadOnChange)
            {
                // All of it before the first look, or a change between the two would go unseen.
                _timer = options.TimeProvider.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                if (configuration is not null) _relocation = ChangeToken.OnChange(configuration.GetReloadToken, Signal);
                if (options.UseNotifications) _watch = new FileWatch(Signal, CannotWatch);
                _watch?.Follow(Locate());
            }

            _state = FirstLook();
        }
        catch
        {
            Dispose();
            throw;
        }

        EndLook(_state.Problem?.Kind == ClusterProblemKind.Changing ? options.QuietPeriod : options.PollingInterval);
    }

    public ClusterMonitorState State => Volatile.Read(ref _state);

    public Cluster Current => State.Cluster;

    public long Version => State.Version;

    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    public IDisposable OnChange(Action<Cluster> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        long seen = Version;
        return OnStateChange(state =>
        {
            if (state.Version == seen) return;
            seen = state.Version;
            listener(state.Cluster);
        });
    }

    public IDisposable OnStateChange(Action<ClusterMonitorState> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        Action<ClusterMonitorState> own = state => listener(state);
        lock (_gate) _listeners += own;
        return new Subscription(() =>
        {
            lock (_gate) _listeners -= own;
        });
    }

    /// <summary>One more user; false if the last one has gone already.</summary>
    public bool TryShare()
    {
        lock (_gate)
        {
            if (_disposed) return false;
            _users++;
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed || --_users > 0) return;
            _disposed = true;
        }

        _relocation?.Dispose();
        _timer?.Dispose();
        _watch?.Dispose();
    }

    /// <summary>Something may have changed: looks soon.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            _signalled = true;
            // A look under way sees to it at its end, and one is due anyway where a change waits for quiet.
            if (_looking || _soon || _disposed) return;
            _soon = true;
            _timer?.Change(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_disposed || _looking) return;
            _looking = true;
            _signalled = false;
        }

        var wait = _options.PollingInterval;
        try
        {
            wait = LookOnce();
        }
        catch (Exception e)
        {
            // Whatever it is, the next look must come.
            LogLookFailed(_logger, e);
        }
        finally
        {
            EndLook(wait);
        }
    }

    private void EndLook(TimeSpan wait)
    {
        lock (_gate)
        {
            _looking = false;
            if (_disposed) return;
            if (_signalled && wait == _options.PollingInterval) wait = _options.QuietPeriod;
            _soon = wait != _options.PollingInterval;
            // In the lock: it must not undo what a signal has just set.
            _timer?.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private TimeSpan LookOnce()
    {
        string? path = Locate();
        _watch?.Follow(path);
        var seen = FileObservation.Of(path, _settled);
        if (seen.SameAs(_settled))
        {
            _settling.Reset();
            return _options.PollingInterval;
        }

        var wait = _settling.Add(seen, Elapsed(), _good.Span);
        if (wait > TimeSpan.Zero) return wait;
        _settling.Reset();
        Publish(Take(seen, _state));
        return _options.PollingInterval;
    }

    private ClusterMonitorState FirstLook()
    {
        var clock = _options.TimeProvider;
        var seen = FileObservation.Of(Locate(), null);
        // A file written long ago is taken at once; one just written might be half written.
        var age = clock.GetUtcNow().UtcDateTime - seen.Written;
        if (seen.Condition == FileCondition.Changing || (seen.Condition == FileCondition.Read && age < _settling.PeriodFor(seen, [])))
        {
            var patience = _options.QuietPeriod * (2 * FileSettling.Patience);
            var begin = Elapsed();
            for (TimeSpan wait; (wait = _settling.Add(seen, Elapsed(), [])) > TimeSpan.Zero;)
            {
                if (Elapsed() - begin > patience)
                {
                    seen = seen with { Condition = FileCondition.Changing };
                    break;
                }

                Task.Delay(wait, clock).GetAwaiter().GetResult();
                seen = FileObservation.Of(seen.Path, seen);
            }

            _settling.Reset();
        }

        var state = Take(seen, null, out var failure);
        if (!_options.Optional && (state.Problem ?? NoFileNamed(state)) is { } problem)
            throw failure ?? (Exception)new IOException(problem.Message);
        return state;
    }

    private ClusterMonitorState Take(FileObservation seen, ClusterMonitorState? before) => Take(seen, before, out _);

    /// <summary>What a settled look means: a new cluster, or the old one and a problem.</summary>
    private ClusterMonitorState Take(FileObservation seen, ClusterMonitorState? before, out ClusterFileException? failure)
    {
        failure = null;
        _settled = seen.Condition == FileCondition.Changing ? null : seen;
        switch (seen.Condition)
        {
            case FileCondition.Missing:
                return Keep(ClusterProblemKind.Missing, $"{seen.Path}: there is no such file. Create it, or name another one.");
            case FileCondition.Unreadable:
                return Keep(ClusterProblemKind.Unreadable, $"{seen.Path}: can't be read: {seen.Reason}");
            case FileCondition.Changing:
                return Keep(ClusterProblemKind.Changing, $"{seen.Path}: is still changing. Write another file and rename it to this one.");
            case FileCondition.Unnamed:
                return before is null
                    ? Replace(Cluster.OfThisMachine(), []) : Keep(ClusterProblemKind.Missing, "No file is named any more.");
        }

        var file = ClusterFile.Parse(seen.Bytes.Span, seen.Path);
        var diagnostics = file.Diagnostics;
        Cluster cluster;
        try
        {
            cluster = Cluster.FromFile(file, _options.Lenient);
        }
        catch (ClusterFileException e)
        {
            failure = e;
            int errors = diagnostics.Count(d => d.Severity == Severity.Error);
            return Keep(
                ClusterProblemKind.Errors,
                $"{seen.Path}: {errors} error{(errors == 1 ? "" : "s")}, the first: {diagnostics.First(d => d.Severity == Severity.Error)}",
                diagnostics);
        }

        if (_moreDiagnostics is not null) diagnostics = [.. diagnostics, .. _moreDiagnostics(file, cluster)];
        if (before is not null && cluster.Hosts.Count == 0)
            return Keep(ClusterProblemKind.NoHosts, $"{seen.Path}: names no host. Restart the application if that is meant.", diagnostics);
        if (before is not null && before.Cluster.Path == seen.Path && seen.Bytes.Span.SequenceEqual(_good.Span))
            return before with { Path = seen.Path, Diagnostics = diagnostics, Problem = null };
        _good = seen.Bytes;
        return Replace(cluster, diagnostics);

        ClusterMonitorState Replace(Cluster cluster, IReadOnlyList<Diagnostic> diagnostics) => new()
        {
            Cluster = cluster,
            Version = (before?.Version ?? 0) + 1,
            Since = _options.TimeProvider.GetUtcNow(),
            Path = seen.Path,
            Diagnostics = diagnostics,
        };

        ClusterMonitorState Keep(ClusterProblemKind kind, string message, IReadOnlyList<Diagnostic>? diagnostics = null) =>
            (before ?? Replace(Cluster.OfThisMachine(), [])) with
            {
                Path = seen.Path,
                Diagnostics = diagnostics ?? [],
                Problem = new(kind, message),
            };
    }

    private void Publish(ClusterMonitorState state)
    {
        var before = _state;
        CancellationTokenSource? changed = null;
        Action<ClusterMonitorState>? listeners;
        lock (_gate)
        {
            if (_disposed) return;
            Volatile.Write(ref _state, state);
            if (state.Version != before.Version) changed = Interlocked.Exchange(ref _changed, new());
            listeners = _listeners;
        }

        LogNews();
        Try(() => changed?.Cancel());
        foreach (var listener in Delegate.EnumerateInvocationList(listeners)) Try(() => listener(state));
    }

    /// <summary>What a listener throws is its own affair; the next one must be called.</summary>
    private void Try(Action call)
    {
        try
        {
            call();
        }
        catch (Exception e)
        {
            LogListenerFailed(_logger, e);
        }
    }

    private string? Locate() => ClusterFileName.Find(_options, _configuration) is { } path ? Path.GetFullPath(path) : null;

    private TimeSpan Elapsed() => _options.TimeProvider.GetElapsedTime(_begin);

    private static ClusterProblem? NoFileNamed(ClusterMonitorState state) =>
        state.Path is null
            ? new(ClusterProblemKind.Missing, "No cluster file is named. Set CLUSTER, or name one in AddCluster.")
            : null;

    private sealed class Subscription(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
