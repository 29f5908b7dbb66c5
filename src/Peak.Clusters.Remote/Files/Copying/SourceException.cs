namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>A file of this machine can't be read as it was looked at.</summary>
internal sealed class SourceException(string message) : IOException(message);
