using System.Text.Json.Serialization;

namespace Peak.Cli.Rendering;

/// <summary>A host in JSON.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Groups">The groups that have it, in the order of the cluster.</param>
internal sealed record HostDocument(string Name, IEnumerable<string> Groups);

/// <summary>A group of the cluster in JSON.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind"><c>group</c>, <c>lump</c>, <c>group+lump</c> or <c>undeclared</c>.</param>
/// <param name="Members">What its sections list.</param>
/// <param name="Hosts">All its hosts.</param>
internal sealed record GroupDocument(string Name, string Kind, IEnumerable<string> Members, IEnumerable<string> Hosts);

/// <summary>A group of any source in JSON, with its nodes where they are wanted.</summary>
internal sealed record GroupNodesDocument(string Source, string Group)
{
    /// <summary>The nodes that were asked for, folded; null where none are wanted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Nodes { get; init; }

    /// <summary>How many these are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Int128? Count { get; init; }

    /// <summary>How many nodes the group has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Int128? Total { get; init; }
}
