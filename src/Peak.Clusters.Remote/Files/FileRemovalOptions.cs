namespace Peak.Clusters.Remote.Files;

/// <summary>How files are removed.</summary>
public sealed record FileRemovalOptions
{
    /// <summary>Whether hosts are only looked at: each prints a line for what would be removed. The default is false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether folders are removed, with all that is in them. The default is false: then a folder is a failure.</summary>
    public bool Recursive { get; init; }
}
