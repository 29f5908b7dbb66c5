using System.Text.RegularExpressions;

namespace Peak.Clusters.Tests.Agreement;

/// <summary>
/// PEAK's reader of cluster files as a naive model: dictionaries and sets, a line at a time, quadratic. Rules 1 to 6 of
/// docs/file-format.md, written a second time.
/// </summary>
internal static partial class PeakModel
{
    private const string WhiteSpace = " \t\r\v\f";

    /// <summary>What PEAK's reader makes of a text; null where it crashes.</summary>
    /// <param name="text">The file, a character a byte.</param>
    /// <param name="asWeDo">
    /// With the two differences of ours that change what is read: the byte-order mark is dropped, and so is white space
    /// after a section's colon.
    /// </param>
    public static Answer? Read(string text, bool asWeDo = false)
    {
        if (asWeDo && text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal)) text = text[3..];
        var listedIn = new List<(string Member, string Group)>();
        var groups = new HashSet<string>();
        var hosts = new HashSet<string>();
        var order = new List<string>();
        string group = "__orphans__";
        bool inLump = false, saysSomething = false;
        foreach (string rawLine in text.Split('\n'))
        {
            string line = rawLine.Trim(WhiteSpace.ToCharArray());
            if (line.Length == 0 || line[0] == '#') continue;
            saysSomething = true;
            bool isLump = line.StartsWith("LUMP:", StringComparison.Ordinal);
            string name = line;
            if (isLump || line.StartsWith("GROUP:", StringComparison.Ordinal))
            {
                name = group = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
                if (asWeDo) name = group = group.TrimStart(WhiteSpace.ToCharArray());
                inLump = isLump;
                groups.Add(group);
            }
            else
            {
                listedIn.Add((line, group));
                (inLump ? groups : hosts).Add(line);
            }

            if (!order.Contains(name)) order.Add(name);
        }

        if (!saysSomething && !asWeDo) return null;
        var up = listedIn.ToLookup(e => e.Member, e => e.Group);
        var down = listedIn.ToLookup(e => e.Group, e => e.Member);
        var declared = order.Where(groups.Contains).ToList();
        var all = order.Where(hosts.Contains).ToList();
        return new Answer(
            Names(all),
            Names(HostsOf("__orphans__")),
            [.. declared.Select(g => (ByteString.Readable(g), Names(g == "__all__" ? all : HostsOf(g))))],
            [.. all.Select(h => (ByteString.Readable(h), Names(Sorted(Reachable(h, up)))))]);

        List<string> HostsOf(string name) => Sorted(Reachable(name, down).Where(n => !groups.Contains(n)));

        List<string> Sorted(IEnumerable<string> names) => [.. order.Where(names.ToHashSet().Contains)];
    }

    /// <summary>Whether PEAK then takes every name: it exports them as property names, and a wildcard or default rule is no name.</summary>
    public static bool Accepts(Answer answer) =>
        answer.Hosts.Concat(answer.Groups.Select(g => g.Name)).All(PropertyNamePart().IsMatch);

    private static HashSet<string> Reachable(string start, ILookup<string, string> edges)
    {
        var found = new HashSet<string>();
        var pending = new Stack<string>([start]);
        while (pending.TryPop(out string? at))
            foreach (string next in edges[at])
                if (found.Add(next)) pending.Push(next);
        found.Remove(start);
        return found;
    }

    private static IReadOnlyList<string> Names(IEnumerable<string> names) => [.. names.Select(ByteString.Readable)];

    [GeneratedRegex(@"\A[-+!:_A-Za-z0-9]+(\.[-+!:_A-Za-z0-9]+)*\z")]
    private static partial Regex PropertyNamePart();
}
