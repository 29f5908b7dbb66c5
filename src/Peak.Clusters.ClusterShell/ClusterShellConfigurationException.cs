namespace Peak.Clusters.ClusterShell;

/// <summary>ClusterShell's configuration of groups can't be read or understood.</summary>
public sealed class ClusterShellConfigurationException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">
    /// The file, the line where there is one, what is wrong and what to do. It is kept as <see cref="TerminalText"/>
    /// shows it.
    /// </param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public ClusterShellConfigurationException(string message, Exception? innerException = null)
        : base(TerminalText.Escape(message), innerException)
    {
    }

    /// <summary>Whether it is only to be known: no source lacks anything by it.</summary>
    public bool IsWarning { get; init; }
}
