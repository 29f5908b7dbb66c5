namespace Peak.Clusters.ClusterShell;

/// <summary>What becomes of faults of a configuration: somebody is told of each, or the first one is thrown.</summary>
/// <param name="report">Who is told; null to throw.</param>
internal sealed class Faults(Action<ClusterShellConfigurationException>? report)
{
    /// <summary>Who is told; null where faults are thrown.</summary>
    public Action<ClusterShellConfigurationException>? Report => report;

    /// <summary>Does what may be faulty.</summary>
    /// <exception cref="ClusterShellConfigurationException">It is, and nobody wants to be told.</exception>
    public void Catch(Action action)
    {
        try
        {
            action();
        }
        catch (ClusterShellConfigurationException e) when (report is not null)
        {
            report(e);
        }
    }
}
