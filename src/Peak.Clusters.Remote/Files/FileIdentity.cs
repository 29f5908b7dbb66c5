namespace Peak.Clusters.Remote.Files;

/// <summary>Which file, with which contents: as far as that can be told without reading it.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Size, long ModifiedSeconds, uint ModifiedNanoseconds)
{
    public static FileIdentity Of(in Posix.FileStatus status) =>
        new(status.Device, status.Inode, status.Size, status.ModifiedSeconds, status.ModifiedNanoseconds);
}
