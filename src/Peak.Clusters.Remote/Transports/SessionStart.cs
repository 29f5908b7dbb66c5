namespace Peak.Clusters.Remote.Transports;

/// <summary>What became of starting a command on a target: a session or an outcome.</summary>
public readonly struct SessionStart
{
    private SessionStart(IRemoteSession? session, HostOutcome? outcome)
    {
        Session = session;
        Outcome = outcome;
    }

    /// <summary>The session in which the command runs; null where it doesn't.</summary>
    public IRemoteSession? Session { get; }

    /// <summary>What prevented the start; null where the command runs.</summary>
    public HostOutcome? Outcome { get; }

    /// <summary>The command runs.</summary>
    /// <param name="session">Where.</param>
    public static SessionStart Started(IRemoteSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new(session, null);
    }

    /// <summary>The command does not run.</summary>
    /// <param name="outcome">Usually <see cref="HostOutcome.Unreachable"/> or <see cref="HostOutcome.NotStarted"/>.</param>
    public static SessionStart Failed(HostOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new(null, outcome);
    }
}
