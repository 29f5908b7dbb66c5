using System.Buffers;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell;

/// <summary>What sources say, and what becomes of it.</summary>
internal static class GroupText
{
    private const int MaxNames = 1_000_000;

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

    /// <summary>The names of groups that a source lists, of which one may be several: <c>rack[3-4]</c>.</summary>
    /// <param name="listed">What the source lists.</param>
    /// <param name="source">The name of the source.</param>
    /// <param name="onFault">Told of each name that no expression could mention, which is then left out; null to throw.</param>
    /// <exception cref="NodeSetException">A name could be mentioned by no expression.</exception>
    public static IReadOnlyList<string> Names(
        IEnumerable<string> listed, string source, Action<ClusterShellConfigurationException>? onFault)
    {
        var names = new OrderedDictionary<string, bool>();
        foreach (string text in listed)
        {
            if (TryExpand(text, out var expanded))
            {
                foreach (string name in expanded)
                {
                    names.TryAdd(name, true);
                    if (names.Count > MaxNames)
                        throw Fault($"The group source '{source}' lists more than {MaxNames:N0} groups.", "List fewer.");
                }

                continue;
            }

            string fault = $"The group source '{source}' lists '{text}', which can be no name of a group.";
            const string remedy = "Rename it without @ , ! & ^ and *.";
            if (onFault is null) throw Fault(fault, remedy);
            onFault(new($"{fault} {remedy}"));
        }

        return [.. names.Keys];
    }

    /// <summary>The names that one text stands for: itself, or those that its brackets make.</summary>
    /// <returns>Whether an expression can mention them.</returns>
    public static bool TryExpand(string text, out IEnumerable<string> names)
    {
        names = [text];
        if (text.AsSpan().ContainsAny(NotInNames)) return false;
        if (!text.Contains('[', StringComparison.Ordinal)) return true;
        if (!NodeSet.TryParse(text, out var folded, out _) || folded.LongCount > MaxNames) return false;
        names = folded;
        return true;
    }

    public static NodeSetException Fault(string message, string remedy) => new(new NodeSetError(0, 0, message, remedy));
}
