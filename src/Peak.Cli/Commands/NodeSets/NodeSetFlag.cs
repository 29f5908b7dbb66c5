namespace Peak.Cli.Commands.NodeSets;

/// <summary>A flag of <c>nodeset</c>: its names, its help, what it sets.</summary>
internal sealed class NodeSetFlag
{
    public NodeSetFlag(char? letter, string name, string help, Action<NodeSetArguments> set)
        : this(letter, name, help, null, (arguments, _) => set(arguments))
    {
    }

    public NodeSetFlag(char? letter, string name, string help, string? value, Action<NodeSetArguments, string> set) =>
        (Letter, Name, Help, Value, Set) = (letter, name, help, value, set);

    public char? Letter { get; }

    public string Name { get; }

    public string? Alias { get; init; }

    public bool Hidden { get; init; }

    public string Help { get; }

    /// <summary>What stands for the value in help; null where the flag takes none.</summary>
    public string? Value { get; }

    public Action<NodeSetArguments, string> Set { get; }
}
