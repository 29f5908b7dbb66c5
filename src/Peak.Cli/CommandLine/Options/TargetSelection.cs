namespace Peak.Cli.CommandLine.Options;

/// <summary>Which hosts are meant, as the user said it.</summary>
internal sealed record TargetSelection
{
    /// <summary>Node sets; <c>-</c> for those on standard input.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Names of groups, with or without their <c>@</c>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>All hosts of the cluster.</summary>
    public bool All { get; init; }

    /// <summary>Node sets to leave out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Files of node sets.</summary>
    public IReadOnlyList<string> HostFiles { get; init; } = [];

    /// <summary>How many to choose at random; null for all.</summary>
    public int? Pick { get; init; }

    /// <summary>The next one each time.</summary>
    public bool Next { get; init; }

    /// <summary>Only those whose port answers.</summary>
    public bool OnlyUp { get; init; }

    /// <summary>Whether the user has named no host at all.</summary>
    public bool NamesNone => IsWholeCluster && !All;

    /// <summary>Whether all hosts of the cluster are meant, by <c>-a</c> or by saying nothing.</summary>
    public bool IsWholeCluster => Nodes.Count == 0 && Groups.Count == 0 && HostFiles.Count == 0;

    /// <summary>Whether a node set is to be read from standard input.</summary>
    public bool ReadsInput => Nodes.Contains("-");
}
