namespace Peak.Clusters.Remote.Connections;

/// <summary>The terminal that a command is to have on its host.</summary>
/// <param name="Kind">What the host is to take it for, the value of <c>TERM</c>: <c>xterm-256color</c>, <c>dumb</c>.</param>
/// <param name="Size">Its size at first.</param>
public sealed record TerminalRequest(string Kind, TerminalSize Size);
