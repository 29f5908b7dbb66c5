namespace Peak.Clusters.Remote.Files;

/// <summary>What a copy has done on a host: all of it is there, whole, also where the copy failed after it.</summary>
/// <param name="Copied">How many files, links and new folders were put in their places.</param>
/// <param name="Bytes">How many bytes these files have.</param>
/// <param name="Changed">Of how many others only the permissions were set.</param>
/// <param name="Unchanged">How many were as they should be.</param>
/// <param name="FailedPath">At what it failed: a path on the host, or here; null where it did not.</param>
/// <param name="Reason">Why it failed; null where it did not.</param>
public sealed record FileCopyResult(
    int Copied, long Bytes, int Changed, int Unchanged, string? FailedPath = null, string? Reason = null)
{
    /// <summary>How many files, links and folders that are not in the source were deleted.</summary>
    public int Deleted { get; init; }

    /// <summary>Of how many other folders the owner was set.</summary>
    public int Owned { get; init; }

    /// <summary>Whether nothing failed.</summary>
    public bool Succeeded => Reason is null;

    /// <summary><c>3 copied (1.2 MB), 1 mode set, 2 deleted</c>, or <c>unchanged</c>.</summary>
    public string Summary
    {
        get
        {
            List<string> parts = [];
            if (Copied > 0) parts.Add($"{Copied} copied ({ByteSize.Round(Bytes)})");
            if (Changed > 0) parts.Add(Changed == 1 ? "1 mode set" : $"{Changed} modes set");
            if (Deleted > 0) parts.Add($"{Deleted} deleted");
            if (Owned > 0) parts.Add(Owned == 1 ? "1 owner set" : $"{Owned} owners set");
            return parts.Count == 0 ? "unchanged" : string.Join(", ", parts);
        }
    }
}
