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

    /// <summary>What is sent to the command, to its end; null where nothing is. Whoever executes the request disposes of it.</summary>
    public Stream? Input { get; init; }

    /// <summary>Whether the end of the input is for somebody else to say.</summary>
    public bool InputStaysOpen { get; init; }
}
