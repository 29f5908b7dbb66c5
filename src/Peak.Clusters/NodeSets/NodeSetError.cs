namespace Peak.Clusters.NodeSets;

/// <summary>What is wrong with a node set as somebody wrote it.</summary>
/// <param name="Position">Where it begins in the text, in characters from 0.</param>
/// <param name="Length">Its length in characters; 0 where something is missing.</param>
/// <param name="Message">What is wrong, in one sentence. It is kept as <see cref="TerminalText"/> shows it.</param>
/// <param name="Remedy">What to do about it, in one sentence. It is kept as <see cref="TerminalText"/> shows it.</param>
public sealed record NodeSetError(int Position, int Length, string Message, string Remedy)
{
    /// <summary>What is wrong, in one sentence.</summary>
    public string Message { get; init => field = TerminalText.Escape(value); } = TerminalText.Escape(Message);

    /// <summary>What to do about it, in one sentence.</summary>
    public string Remedy { get; init => field = TerminalText.Escape(value); } = TerminalText.Escape(Remedy);

    /// <summary><c>message remedy</c>, without the position.</summary>
    public override string ToString() => $"{Message} {Remedy}";
}

/// <summary>A text is no node set, or a node set can't be evaluated.</summary>
public sealed class NodeSetException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">What is wrong.</param>
    public NodeSetException(NodeSetError error)
        : base(error?.ToString()) => Error = error!;

    /// <summary>What is wrong.</summary>
    public NodeSetError Error { get; }
}
