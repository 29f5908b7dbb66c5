namespace Peak.Clusters.Remote.Files;

/// <summary>What a removal has done on a host, also where it failed after it.</summary>
/// <param name="Removed">How many files, links and folders were removed; with <see cref="FileRemovalOptions.DryRun"/>, would be.</param>
/// <param name="IsDryRun">Whether nothing was removed.</param>
/// <param name="FailedPath">At what it failed; null where it did not.</param>
/// <param name="Reason">Why it failed; null where it did not.</param>
public sealed record FileRemovalResult(int Removed, bool IsDryRun, string? FailedPath = null, string? Reason = null)
{
    /// <summary>Whether nothing failed.</summary>
    public bool Succeeded => Reason is null;

    /// <summary><c>3 removed</c>, <c>3 would be removed</c>, or <c>nothing to remove</c>.</summary>
    public string Summary => Removed == 0 ? "nothing to remove" : IsDryRun ? $"{Removed} would be removed" : $"{Removed} removed";
}
