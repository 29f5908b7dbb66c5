namespace Peak.Clusters.Hosting;

/// <summary>Why the newest file is not taken.</summary>
public enum ClusterProblemKind
{
    /// <summary>The file that is named does not exist.</summary>
    Missing,

    /// <summary>The file can't be read.</summary>
    Unreadable,

    /// <summary>The file has errors.</summary>
    Errors,

    /// <summary>The file names no host, and there is a cluster that it would replace.</summary>
    NoHosts,

    /// <summary>The file was still changing when the application started.</summary>
    Changing,
}

/// <summary>Why the newest file is not the cluster in force.</summary>
/// <param name="Kind">The kind of the problem.</param>
/// <param name="Message">What is wrong with which file, and what to do about it.</param>
public sealed record ClusterProblem(ClusterProblemKind Kind, string Message);
