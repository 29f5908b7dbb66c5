namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>How an entry stands on a host.</summary>
internal enum Verdict : byte
{
    Unknown,
    New,
    Differs,
    ModeDiffers,
    OwnerDiffers,
    Same,
}
