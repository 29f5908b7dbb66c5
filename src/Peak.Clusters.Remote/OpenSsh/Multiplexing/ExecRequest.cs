using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.OpenSsh.Multiplexing;

/// <summary>A command that is to be started on a channel.</summary>
/// <param name="CommandLine">
/// The line for the host's login shell, given those variables that the host did not accept: it has to set them itself.
/// </param>
internal sealed record ExecRequest(Func<IReadOnlyCollection<string>, string> CommandLine)
{
    /// <summary>Variables the user's ssh configuration sends; whether the host takes them is its own affair.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Offered { get; init; } = [];

    /// <summary>Variables the command must have.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Wanted { get; init; } = [];

    /// <summary>Whether the host may use the user's agent.</summary>
    public bool ForwardAgent { get; init; }

    /// <summary>The terminal the command is to have; null for none.</summary>
    public TerminalRequest? Terminal { get; init; }

    /// <summary>What the command reads.</summary>
    public CommandInput Input { get; init; } = CommandInput.None;
}
