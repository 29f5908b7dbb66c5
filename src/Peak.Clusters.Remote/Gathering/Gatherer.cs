namespace Peak.Clusters.Remote.Gathering;

/// <summary>Gathers the targets that print the same and end the same. Not thread-safe.</summary>
/// <remarks>
/// What targets have in common from the beginning is kept once, so memory grows with what differs; beyond the limit
/// the rest lies in a temporary file that has no name. Where more is to be kept than a second limit allows, or no disk has room
/// for it, adding throws: never is output left out silently.
/// </remarks>
/// <typeparam name="TStatus">How a target ends; targets are gathered only where it is equal.</typeparam>
public sealed class Gatherer<TStatus> : IDisposable
    where TStatus : IEquatable<TStatus>
{
    /// <summary>The output kept in memory unless said otherwise, in bytes: 24 MiB.</summary>
    public const long DefaultMemoryLimit = 24 << 20;

    /// <summary>The output kept at all unless said otherwise, in bytes: 4 GiB.</summary>
    public const long DefaultMaxKept = 4L << 30;

    private readonly OutputStore _store;
    private readonly Dictionary<int, (OutputCursor? Output, OutputCursor? Error)> _running = [];
    private readonly Dictionary<(GatheredOutput, GatheredOutput, TStatus), OutputGroup<TStatus>> _byContent = [];
    private readonly List<OutputGroup<TStatus>> _groups = [];

    /// <summary>Begins with nothing gathered.</summary>
    /// <param name="memoryLimit">The output kept in memory, in bytes; beyond it a temporary file is used.</param>
    /// <param name="maxKept">The output kept at all, in bytes; what targets have in common from the beginning counts once.</param>
    public Gatherer(long memoryLimit = DefaultMemoryLimit, long maxKept = DefaultMaxKept)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(memoryLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(maxKept);
        _store = new OutputStore(memoryLimit, maxKept);
    }

    /// <summary>The groups so far, in the order in which the first target of each ended.</summary>
    public IReadOnlyList<OutputGroup<TStatus>> Groups => _groups;

    /// <summary>Takes the next piece of a target's standard output.</summary>
    /// <param name="target">The target's number.</param>
    /// <param name="piece">What arrived.</param>
    /// <exception cref="OutputNotKeptException">There is no more room, now or since an earlier piece: this one may be lost.</exception>
    public void AddOutput(int target, ReadOnlySpan<byte> piece)
    {
        _running.TryGetValue(target, out var streams);
        if (streams.Output is null) _running[target] = (streams.Output = new OutputCursor(_store), streams.Error);
        Add(streams.Output, piece);
    }

    /// <summary>Takes the next piece of a target's standard error.</summary>
    /// <param name="target">The target's number.</param>
    /// <param name="piece">What arrived.</param>
    /// <exception cref="OutputNotKeptException">There is no more room, now or since an earlier piece: this one may be lost.</exception>
    public void AddError(int target, ReadOnlySpan<byte> piece)
    {
        _running.TryGetValue(target, out var streams);
        if (streams.Error is null) _running[target] = (streams.Output, streams.Error = new OutputCursor(_store));
        Add(streams.Error, piece);
    }

    /// <summary>Forgets what a target has printed so far, as before it is tried again.</summary>
    /// <param name="target">The target's number.</param>
    public void Restart(int target) => _running.Remove(target);

    /// <summary>Ends a target.</summary>
    /// <param name="target">The target's number.</param>
    /// <param name="status">How it ended.</param>
    /// <returns>The group it belongs to.</returns>
    public OutputGroup<TStatus> End(int target, TStatus status)
    {
        _running.Remove(target, out var streams);
        var output = new GatheredOutput(_store, streams.Output?.Complete() ?? _store.Root);
        var error = new GatheredOutput(_store, streams.Error?.Complete() ?? _store.Root);
        if (!_byContent.TryGetValue((output, error, status), out var group))
        {
            group = new OutputGroup<TStatus>(output, error, status);
            _byContent.Add((output, error, status), group);
            _groups.Add(group);
        }

        group.Add(target);
        return group;
    }

    /// <summary>Whether a target that has not ended may end up in a group, by what it has printed so far.</summary>
    /// <param name="target">The target's number.</param>
    /// <param name="group">A group of this gatherer.</param>
    public bool MayJoin(int target, OutputGroup<TStatus> group)
    {
        ArgumentNullException.ThrowIfNull(group);
        _running.TryGetValue(target, out var streams);
        return streams.Output?.IsPrefixOf(group.Output.Node) != false && streams.Error?.IsPrefixOf(group.Error.Node) != false;
    }

    /// <summary>Removes the temporary file, if there is one; what was gathered can't be read any more.</summary>
    public void Dispose() => _store.Dispose();

    private void Add(OutputCursor stream, ReadOnlySpan<byte> piece)
    {
        _store.ThrowIfFull();
        stream.Add(piece);
        _store.ThrowIfFull();
    }
}
