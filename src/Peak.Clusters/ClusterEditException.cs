namespace Peak.Clusters;

/// <summary>An edit of a cluster file can't be made; the message says why and what to do.</summary>
/// <param name="message">Why, and what to do. It is kept as <see cref="TerminalText"/> shows it.</param>
public sealed class ClusterEditException(string message) : Exception(TerminalText.Escape(message));
