namespace Peak.Clusters.GroupSources;

/// <summary>A source's configuration has no command for the question.</summary>
public sealed class MissingUpcallException : GroupSourceException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="upcall">The option that is missing: <c>map</c>, <c>all</c>, <c>list</c> or <c>reverse</c>.</param>
    /// <param name="source">The name of the source.</param>
    public MissingUpcallException(string upcall, string source)
        : base($"the group source '{source}' has no '{upcall}' command in its configuration")
    {
        Upcall = upcall;
        Source = source;
    }

    /// <summary>The option that is missing.</summary>
    public string Upcall { get; }

    /// <summary>The name of the group source.</summary>
    public new string Source { get; }
}
