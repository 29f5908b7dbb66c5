using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Hosting.Monitoring;

/// <summary>What is logged: each diagnostic once, when it turns up.</summary>
internal sealed partial class ClusterMonitor
{
    private readonly Lock _logging = new();
    private ILogger _logger = NullLogger.Instance;
    private ClusterMonitorState? _logged;
    private string? _notWatched;

    /// <summary>Configuration is read before there is any logging; what it had to say is said now.</summary>
    public void LogTo(ILogger logger)
    {
        lock (_logging)
        {
            if (_logger != NullLogger.Instance) return;
            _logger = logger;
            if (_notWatched is not null) LogNotWatched(_logger, State.Path, _notWatched, _options.PollingInterval);
        }

        LogNews();
    }

    private void CannotWatch(string reason)
    {
        lock (_logging)
        {
            if (_notWatched is null) LogNotWatched(_logger, Locate(), reason, _options.PollingInterval);
            _notWatched = reason;
        }
    }

    private void LogNews()
    {
        lock (_logging)
        {
            if (_logger == NullLogger.Instance) return;
            var (state, before) = (State, _logged);
            _logged = state;
            Log(state, before);
        }
    }

    private void Log(ClusterMonitorState state, ClusterMonitorState? before)
    {
        foreach (var diagnostic in state.Diagnostics.Except(before?.Diagnostics ?? []))
        {
            if (diagnostic.Severity == Severity.Error) LogError(_logger, diagnostic);
            else LogWarning(_logger, diagnostic);
        }

        if (state.Problem is { } problem)
        {
            if (problem != before?.Problem) LogProblem(_logger, problem.Message, state.Version);
        }
        else if (state.Version != before?.Version)
        {
            LogTaken(_logger, state.Version, state.Path ?? "this machine", state.Cluster.Hosts.Count, state.Cluster.Groups.Count);
        }
        else if (before.Problem is not null)
        {
            LogRecovered(_logger, state.Path, state.Version);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Cluster version {Version} from {Path}: {Hosts} hosts, {Groups} groups.")]
    private static partial void LogTaken(ILogger logger, long version, string path, int hosts, int groups);

    [LoggerMessage(2, LogLevel.Warning, "{Diagnostic}")]
    private static partial void LogWarning(ILogger logger, Diagnostic diagnostic);

    [LoggerMessage(3, LogLevel.Error, "{Diagnostic}")]
    private static partial void LogError(ILogger logger, Diagnostic diagnostic);

    [LoggerMessage(4, LogLevel.Error, "{Problem} Cluster version {Version} stays in force.")]
    private static partial void LogProblem(ILogger logger, string problem, long version);

    [LoggerMessage(5, LogLevel.Information, "{Path} is good again, and is cluster version {Version} still in force.")]
    private static partial void LogRecovered(ILogger logger, string? path, long version);

    [LoggerMessage(6, LogLevel.Error, "A listener to changes of the cluster failed.")]
    private static partial void LogListenerFailed(ILogger logger, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "Looking at the cluster file failed.")]
    private static partial void LogLookFailed(ILogger logger, Exception exception);

    [LoggerMessage(8, LogLevel.Warning, "The system can't announce changes of {Path}: {Reason} It is looked at every {Interval}.")]
    private static partial void LogNotWatched(ILogger logger, string? path, string reason, TimeSpan interval);
}
