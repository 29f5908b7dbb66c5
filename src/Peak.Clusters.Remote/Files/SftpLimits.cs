namespace Peak.Clusters.Remote.Files;

/// <summary>How much a server of files takes; 0 where it has no limit or does not say.</summary>
/// <param name="PacketLength">The longest packet, in bytes.</param>
/// <param name="ReadLength">The most that one request reads, in bytes.</param>
/// <param name="WriteLength">The most that one request writes, in bytes.</param>
/// <param name="OpenHandles">How many files and folders may be open at once.</param>
public sealed record SftpLimits(long PacketLength, long ReadLength, long WriteLength, long OpenHandles);
