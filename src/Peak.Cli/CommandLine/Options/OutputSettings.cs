using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.CommandLine.Options;

/// <summary>How the output of hosts is shown.</summary>
internal sealed record OutputSettings
{
    public bool Gather { get; init; }

    public bool InOrder { get; init; }

    public bool Diff { get; init; }

    /// <summary>Whether lines have the names of their hosts.</summary>
    public bool Labels { get; init; } = true;

    /// <summary>Whether our own words are not wanted.</summary>
    public bool Quiet { get; init; }

    /// <summary>The folder for a file for each host; null where output is shown.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the exit code is the largest status of the hosts.</summary>
    public bool MaxStatus { get; init; }

    /// <summary>Whether the user does not sit at the terminal.</summary>
    public bool BatchMode { get; init; }

    public bool Json { get; init; }

    /// <summary>The most that a host may print, in bytes; null without a limit.</summary>
    public long? MaxOutput { get; init; }

    /// <summary>The most that is kept of all hosts to be shown later, in bytes.</summary>
    public long MaxKept { get; init; } = Gatherer<int>.DefaultMaxKept;
}
