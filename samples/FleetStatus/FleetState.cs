using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Peak.Clusters;
using Peak.Clusters.Diagnostics;
using Peak.Clusters.Hosting;

namespace FleetStatus;

/// <summary>The newest state, for whoever asks and for whoever follows.</summary>
public sealed class FleetState : IDisposable
{
    private readonly IClusterMonitor _monitor;
    private readonly string _watched;
    private readonly IDisposable _registration;
    private readonly Lock _lock = new();
    private readonly HashSet<Channel<Fleet>> _followers = [];
    private Member[] _members = [];

    public FleetState(IClusterMonitor monitor, IConfiguration configuration)
    {
        _monitor = monitor;
        _watched = configuration["FleetStatus:Watch"] ?? "web";
        _registration = monitor.OnStateChange(_ => Publish());
    }

    public Fleet Current
    {
        get
        {
            var state = _monitor.State;
            var cluster = state.Cluster;
            return new Fleet(
                state.Version,
                state.Since,
                state.Path,
                cluster.HostName,
                cluster.LocalHost?.Name,
                [.. cluster.LocalHost?.Groups.Select(g => g.Name) ?? []],
                [.. cluster.Groups.Select(
                    g => new FleetGroup(g.Name, g.Kinds.HasFlag(HostGroupKinds.Lump), [.. g.Hosts.Select(h => h.Name)]))],
                state.Problem?.Message,
                [.. state.Diagnostics.Select(d => new FleetDiagnostic(
                    d.Code, d.Severity == Severity.Error ? "error" : "warning", d.Start.Line, d.Start.Column, d.Message, d.Remedy))],
                _watched,
                _members);
        }
    }

    public void SetMembers(Member[] members)
    {
        _members = members;
        Publish();
    }

    public async IAsyncEnumerable<Fleet> Follow([EnumeratorCancellation] CancellationToken cancelled)
    {
        // A slow follower misses states in between, never the newest.
        var states = Channel.CreateBounded<Fleet>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock) _followers.Add(states);
        try
        {
            yield return Current;
            await foreach (var state in states.Reader.ReadAllAsync(cancelled)) yield return state;
        }
        finally
        {
            lock (_lock) _followers.Remove(states);
        }
    }

    public void Dispose() => _registration.Dispose();

    private void Publish()
    {
        var current = Current;
        lock (_lock)
            foreach (var follower in _followers) follower.Writer.TryWrite(current);
    }
}
