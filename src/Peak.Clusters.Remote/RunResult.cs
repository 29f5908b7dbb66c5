using System.Collections;

namespace Peak.Clusters.Remote;

/// <summary>The results of a run, one for each target, by rank.</summary>
public sealed class RunResult : IReadOnlyList<HostResult>
{
    private readonly HostResult[] _hosts;

    /// <summary>A result of results.</summary>
    /// <param name="hosts">One for each target, in order.</param>
    /// <param name="failedCheck">The check of a batch that failed; null where none did.</param>
    public RunResult(IEnumerable<HostResult> hosts, RunEvent.CheckFailed? failedCheck = null)
    {
        _hosts = [.. hosts];
        FailedCheck = failedCheck;
    }

    /// <summary>Whether every target succeeded, and every check.</summary>
    public bool Succeeded => FailedCheck is null && Array.TrueForAll(_hosts, host => host.Succeeded);

    /// <summary>The check of a batch that failed; null where none did.</summary>
    public RunEvent.CheckFailed? FailedCheck { get; }

    /// <summary>The targets that did not succeed, in order.</summary>
    public IEnumerable<HostResult> Failures => _hosts.Where(host => !host.Succeeded);

    /// <summary>How many targets there are.</summary>
    public int Count => _hosts.Length;

    /// <summary>The result of a target by its rank.</summary>
    /// <param name="index">From 0.</param>
    public HostResult this[int index] => _hosts[index];

    /// <summary>The result of the first target of a name.</summary>
    /// <param name="name">The name as it was given.</param>
    /// <exception cref="KeyNotFoundException">There was no such target.</exception>
    public HostResult this[string name] =>
        Array.Find(_hosts, host => host.Target.Name == name) ?? throw new KeyNotFoundException($"There was no target '{name}'.");

    /// <summary>Throws where a target or a check did not succeed.</summary>
    /// <returns>This.</returns>
    /// <exception cref="RunFailedException">One did not.</exception>
    public RunResult EnsureSucceeded() => Succeeded ? this : throw new RunFailedException(this);

    /// <inheritdoc/>
    public IEnumerator<HostResult> GetEnumerator() => ((IEnumerable<HostResult>)_hosts).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _hosts.GetEnumerator();
}
