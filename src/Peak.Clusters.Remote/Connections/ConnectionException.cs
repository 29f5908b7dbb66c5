namespace Peak.Clusters.Remote.Connections;

/// <summary>A target could not be reached, a channel could not be opened, or the connection was lost.</summary>
public sealed class ConnectionException : IOException
{
    /// <summary>An exception that carries the outcome of a target.</summary>
    /// <param name="outcome">
    /// What to tell of the target: usually <see cref="HostOutcome.Unreachable"/>, <see cref="HostOutcome.NotStarted"/> or
    /// <see cref="HostOutcome.MayStillRun"/>.
    /// </param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ConnectionException(HostOutcome outcome, Exception? innerException = null) : base(outcome?.ToString(), innerException)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Outcome = outcome;
    }

    /// <summary>What to tell of the target.</summary>
    public HostOutcome Outcome { get; }
}
