namespace Peak.Clusters.Remote.Files;

/// <summary>How full a file system of a host is.</summary>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Free">What is free, in bytes.</param>
/// <param name="Available">What is free for users who are not root, in bytes.</param>
/// <param name="Files">How many files it can have; 0 where it has no such limit.</param>
/// <param name="FreeFiles">How many more it can have.</param>
/// <param name="IsReadOnly">Whether nothing can be written there.</param>
/// <param name="MaxNameLength">The most bytes of a name.</param>
public sealed record SftpSpace(long Size, long Free, long Available, long Files, long FreeFiles, bool IsReadOnly, long MaxNameLength);
