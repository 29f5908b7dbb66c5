namespace Peak.Clusters.Remote.Gathering;

/// <summary>
/// A <see cref="Gatherer{TStatus}"/> can't keep more: its limit is reached, or its temporary file can't be written. What it has kept
/// until then can be read.
/// </summary>
/// <param name="message">Why.</param>
/// <param name="limit">The limit that is reached, in bytes; null where it is the temporary file.</param>
public sealed class OutputNotKeptException(string message, long? limit = null) : IOException(message)
{
    /// <summary>The limit that is reached, in bytes; null where it is the temporary file.</summary>
    public long? Limit => limit;
}
