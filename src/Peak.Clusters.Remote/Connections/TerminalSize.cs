namespace Peak.Clusters.Remote.Connections;

/// <summary>The size of a terminal, in characters.</summary>
/// <param name="Columns">From 1.</param>
/// <param name="Rows">From 1.</param>
public readonly record struct TerminalSize(int Columns, int Rows);
