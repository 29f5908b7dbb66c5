namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>What is to be started in a session.</summary>
/// <param name="CommandLine">
/// The line for the host's login shell, given those variables that the host did not accept: it has to set them itself.
/// </param>
internal sealed record SessionRequest(Func<IReadOnlyCollection<string>, string> CommandLine)
{
    /// <summary>Variables the user's ssh configuration sends; whether the host takes them is its own affair.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Offered { get; init; } = [];

    /// <summary>Variables the command must have.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Wanted { get; init; } = [];

    /// <summary>Whether the host may use the user's agent.</summary>
    public bool ForwardAgent { get; init; }

    /// <summary>What the command reads; null where <see cref="MuxSession.WriteInput"/> says it. The session closes it.</summary>
    public Stream? Input { get; init; } = Stream.Null;
}
