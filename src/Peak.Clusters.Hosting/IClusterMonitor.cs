using Microsoft.Extensions.Primitives;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Hosting;

/// <summary>
/// The cluster as it is now. A bad file never replaces a good cluster; what is wrong with it stands in
/// <see cref="State"/>. Safe for any number of threads.
/// </summary>
/// <remarks>
/// Who needs more than one answer takes <see cref="Current"/> (or <see cref="State"/>) once and asks that: it never
/// changes.
/// </remarks>
public interface IClusterMonitor
{
    /// <summary>Everything that is known at this moment.</summary>
    ClusterMonitorState State { get; }

    /// <summary>The cluster in force.</summary>
    Cluster Current => State.Cluster;

    /// <summary>The number of <see cref="Current"/>: 1 for the first, and one more each time it is replaced.</summary>
    long Version => State.Version;

    /// <summary>Everything the checker says of the newest file, good or bad, in order of position.</summary>
    IReadOnlyList<Diagnostic> Diagnostics => State.Diagnostics;

    /// <summary>
    /// A token that fires once, when <see cref="Current"/> has been replaced. A token taken before
    /// <see cref="Current"/> is read misses no change.
    /// </summary>
    IChangeToken GetChangeToken();

    /// <summary>Calls a listener each time <see cref="Current"/> has been replaced, one call after the other.</summary>
    /// <param name="listener">Gets the new cluster. What it throws is logged.</param>
    /// <returns>Ends the calls when disposed.</returns>
    IDisposable OnChange(Action<Cluster> listener);

    /// <summary>
    /// Calls a listener each time <see cref="State"/> has been replaced, one call after the other: for a new cluster,
    /// but also when the newest file turns out bad, or bad in another way, or good again.
    /// </summary>
    /// <param name="listener">Gets the new state. What it throws is logged.</param>
    /// <returns>Ends the calls when disposed.</returns>
    IDisposable OnStateChange(Action<ClusterMonitorState> listener);
}
