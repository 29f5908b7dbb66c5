namespace Peak.Clusters.Remote;

/// <summary>A host on which a command is to run.</summary>
/// <param name="Name">The host's name exactly as the caller has it; never altered, and never given to a local shell.</param>
/// <param name="Rank">Its place among the targets of the run, from 0: unique, also where a name stands twice.</param>
public sealed record Target(string Name, int Rank)
{
    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
