using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Hosting;

/// <summary>What a monitor knows at one moment: the cluster in force, and what became of the newest file. Immutable.</summary>
public sealed record ClusterMonitorState
{
    /// <summary>The cluster in force: that of the last good file, or this machine alone.</summary>
    public required Cluster Cluster { get; init; }

    /// <summary>The number of <see cref="Cluster"/>: 1 for the first, and one more each time it is replaced.</summary>
    public required long Version { get; init; }

    /// <summary>When <see cref="Cluster"/> came into force.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The file the application is to read, whether it exists or not; null where none is named.</summary>
    public string? Path { get; init; }

    /// <summary>Everything the checker says of the newest file, good or bad, in order of position.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Why the newest file is not the cluster in force; null where it is.</summary>
    public ClusterProblem? Problem { get; init; }

    /// <summary>Whether both say the same of the same snapshot; diagnostics are compared one by one.</summary>
    /// <param name="other">The other state.</param>
    public bool Equals(ClusterMonitorState? other) =>
        other is not null && ReferenceEquals(Cluster, other.Cluster) && Version == other.Version && Since == other.Since
        && Path == other.Path && Problem == other.Problem && Diagnostics.SequenceEqual(other.Diagnostics);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, Since, Path, Problem, Diagnostics.Count);
}
