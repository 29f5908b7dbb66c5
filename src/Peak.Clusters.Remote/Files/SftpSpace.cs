namespace Peak.Clusters.Remote.Files;

/// <summary>How full a file system of a host is.</summary>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Free">What is free, in bytes.</param>
/// <param name="Available">What is free for users who are not root, in bytes.</param>
/// <param name="Files">How many files it can have; 0 where it has no such limit.</param>
/// <param name="FreeFiles">How many more it can have.</param>
/// <param name="IsReadOnly">Whether nothing can be written there.</param>
/// <param name="MaxNameLength">The most bytes of a name.</param>
public sealed record SftpSpace(long Size, long Free, long Available, long Files, long FreeFiles, bool IsReadOnly, long MaxNameLength)
{
    /// <summary>What is in use, in bytes.</summary>
    public long Used => Math.Max(Size - Free, 0);

    /// <summary>
    /// What is used of what users who are not root can have, from 0 to 1, as <c>df</c> tells it; null where there is no room at all.
    /// </summary>
    public double? UsedShare => Share(Used, Available);

    /// <summary>The same of the number of files; null where that has no limit.</summary>
    public double? UsedFilesShare => Share(Math.Max(Files - FreeFiles, 0), Files > 0 ? FreeFiles : 0);

    /// <summary>By what the host tells it from others; 0 where it does not.</summary>
    internal ulong Id { get; init; }

    private static double? Share(double used, double free) => used + free > 0 ? used / (used + free) : null;
}
