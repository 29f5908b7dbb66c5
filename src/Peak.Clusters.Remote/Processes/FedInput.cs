namespace Peak.Clusters.Remote.Processes;

/// <summary>The input of a command that is fed by itself: nothing can be written there.</summary>
internal static class FedInput
{
    /// <summary>A stream whose writes throw <see cref="NotSupportedException"/>.</summary>
    public static Stream Instance { get; } = new MemoryStream([], writable: false);
}
