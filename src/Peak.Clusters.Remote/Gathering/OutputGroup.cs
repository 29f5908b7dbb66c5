namespace Peak.Clusters.Remote.Gathering;

/// <summary>Targets that printed the same and ended the same.</summary>
/// <typeparam name="TStatus">How a target ends.</typeparam>
public sealed class OutputGroup<TStatus>
{
    private readonly List<int> _targets = [];

    internal OutputGroup(GatheredOutput output, GatheredOutput error, TStatus status)
    {
        Output = output;
        Error = error;
        Status = status;
    }

    /// <summary>The targets' numbers, in the order in which they ended.</summary>
    public IReadOnlyList<int> Targets => _targets;

    /// <summary>What each of them printed on its standard output.</summary>
    public GatheredOutput Output { get; }

    /// <summary>What each of them printed on its standard error.</summary>
    public GatheredOutput Error { get; }

    /// <summary>How each of them ended.</summary>
    public TStatus Status { get; }

    internal void Add(int target) => _targets.Add(target);
}
