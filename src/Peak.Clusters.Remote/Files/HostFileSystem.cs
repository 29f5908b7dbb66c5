namespace Peak.Clusters.Remote.Files;

/// <summary>A file system of a host.</summary>
/// <param name="Path">Where it is mounted, or the path that was asked for.</param>
/// <param name="Source">What is mounted: <c>/dev/sda1</c>, <c>server:/share</c>; empty where that is not known.</param>
/// <param name="Type">Of what kind: <c>ext4</c>, <c>nfs4</c>; empty where that is not known.</param>
/// <param name="Space">How full it is.</param>
public sealed record HostFileSystem(string Path, string Source, string Type, SftpSpace Space);
