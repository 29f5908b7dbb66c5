using System.Buffers;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell;

/// <summary>What sources say, and what becomes of it.</summary>
internal static class GroupText
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("@,!&^*");

    /// <summary>Node sets between commas or white space.</summary>
    /// <exception cref="NodeSetException">The text is something else.</exception>
    public static NodeSetExpression ToExpression(string text, string what)
    {
        string joined = string.Join(',', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return NodeSetExpression.TryParse(joined, out var expression, out var error)
            ? expression
            : throw new NodeSetException(error with { Message = $"{what} is no node set: {error.Message}" });
    }

    /// <summary>Refuses names that no expression could mention.</summary>
    /// <exception cref="NodeSetException">One is none.</exception>
    public static IEnumerable<string> CheckNames(IEnumerable<string> names, string source)
    {
        foreach (string name in names)
            if (name.AsSpan().ContainsAny(NotInNames))
                throw Fault(
                    $"The group source '{source}' lists '{name}', which can be no name of a group.", "Rename it without @ , ! & ^ and *.");
        return names;
    }

    public static NodeSetException Fault(string message, string remedy) => new(new NodeSetError(0, 0, message, remedy));
}
