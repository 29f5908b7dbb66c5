using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Peak.Clusters.NodeSets.Dialects;

/// <summary>
/// A host pattern of Ansible: <c>web:&amp;east:!db</c>. Terms stand between colons or commas; each is a host, a group,
/// a wildcard (<c>* ? [seq]</c>) or a <c>~regex</c> over both, or <c>all</c>; <c>web[0:2]</c> is a part of a group,
/// its last place included. First come all hosts of plain terms, of these stay those of every <c>&amp;</c> term, then
/// those of <c>!</c> terms are taken away, wherever the terms stand. Immutable.
/// </summary>
/// <remarks>
/// Unlike Ansible, a host or group that does not exist is an error, not a warning. A wildcard that matches nothing is
/// the empty set.
/// </remarks>
public sealed partial class AnsiblePattern
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(",*?[] \t\r\n");
    private readonly string _text;
    private readonly List<Term> _terms;

    private AnsiblePattern(string text, List<Term> terms) => (_text, _terms) = (text, terms);

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <exception cref="NodeSetException">The text is no pattern.</exception>
    public static AnsiblePattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var terms = new List<Term>();
        foreach (var (start, length) in Split(text))
        {
            var term = ReadTerm(text, start, length);
            if (term is not null) terms.Add(term.Value);
        }

        return new AnsiblePattern(text, terms);
    }

    /// <summary>The hosts that the pattern means in a cluster; parts of a group are taken in the order of its file.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <exception cref="NodeSetException">There is no such host or group.</exception>
    public NodeSet Evaluate(Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var union = new NodeSetBuilder();
        // Terms that only narrow narrow all hosts.
        if (_terms.Count > 0 && !_terms.Exists(t => t.Sign == default)) Add(union, cluster.Hosts);
        foreach (var term in _terms.Where(t => t.Sign == default)) Add(union, HostsOf(term, cluster));
        var set = union.Build();
        foreach (var term in _terms.Where(t => t.Sign == '&')) set = set.Intersect(SetOf(HostsOf(term, cluster)));
        foreach (var term in _terms.Where(t => t.Sign == '!')) set = set.Except(SetOf(HostsOf(term, cluster)));
        return set;
    }

    /// <summary>The pattern as it was written.</summary>
    public override string ToString() => _text;

    /// <summary>Writes names so that Ansible reads them as these hosts, or groups of these names.</summary>
    /// <param name="names">The names.</param>
    /// <exception cref="NodeSetException">A name has characters that mean something else in a pattern.</exception>
    public static string Format(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var terms = new List<string>();
        foreach (string name in names)
        {
            int at = name.AsSpan().IndexOfAny(NotInNames);
            if (at < 0 && name is ['!' or '&' or '~' or '@' or '-', ..]) at = 0;
            if (at < 0 && name.IndexOf(':') is >= 0 and var colon && !IPAddress.TryParse(name, out _)) at = colon;
            if (at >= 0)
                throw Fault(name, at, 1, $"'{name[at]}' in the name '{name}' means something else to Ansible.",
                    "Write the set in another notation.");
            if (name is "all" or "ungrouped")
                throw Fault(name, 0, name.Length, $"'{name}' is a group of its own to Ansible.", "Write the set in another notation.");
            terms.Add(name);
        }

        return string.Join(',', terms);
    }

    // As Ansible does: commas part terms; where there are none, colons do, except in brackets and addresses.
    private static List<(int Start, int Length)> Split(string text)
    {
        var pieces = new List<(int, int)>();
        char separator = text.Contains(',', StringComparison.Ordinal) ? ',' : ':';
        if (separator == ':' && IPAddress.TryParse(text.AsSpan().TrimStart("!&"), out _)) return [(0, text.Length)];
        int start = 0, depth = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length)
            {
                if (text[i] == '[') depth++;
                if (text[i] == ']' && depth > 0) depth--;
                if (text[i] != separator || (depth > 0 && separator == ':')) continue;
            }

            pieces.Add((start, i - start));
            start = i + 1;
        }

        return pieces;
    }

    private static Term? ReadTerm(string text, int start, int length)
    {
        while (length > 0 && char.IsWhiteSpace(text[start])) (start, length) = (start + 1, length - 1);
        while (length > 0 && char.IsWhiteSpace(text[start + length - 1])) length--;
        if (length == 0) return null;
        char sign = text[start] is '!' or '&' ? text[start] : default;
        string name = text.Substring(sign == default ? start : start + 1, sign == default ? length : length - 1);
        if (name.Length == 0) throw Fault(text, start, 1, $"'{sign}' has nothing after it.", "Write a host or a group there.");
        var term = new Term(sign, name, start, length, null, null, null);
        if (name[0] == '~') return term with { Regex = RegexOf(text, start, length, name[1..]) };
        if (Subscript().Match(name) is { Success: true } part) term = WithPart(term, text, part);
        if (term.Name.AsSpan().IndexOfAny("*?[") < 0) return term;
        string regex = string.Concat(Wildcard().Matches(term.Name).Select(m => m.Value switch
        {
            "*" => ".*",
            "?" => ".",
            ['[', '!', .. var others, ']'] => $"[^{Class(others)}]",
            ['[', .. var some, ']'] when some.Length > 0 => $"[{Class(some)}]",
            var literal => Regex.Escape(literal),
        }));
        return term with { Regex = RegexOf(text, start, length, $"(?:{regex})\\z") };
    }

    private static string Class(string members) =>
        members.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);

    private static Term WithPart(Term term, string text, Match part)
    {
        return term with
        {
            Name = part.Groups["name"].Value,
            First = Number("first") ?? Number("from"),
            Last = part.Groups["to"].Success ? Number("to") ?? int.MaxValue : null,
        };

        int? Number(string group)
        {
            var value = part.Groups[group];
            if (value.Length == 0) return null;
            return int.TryParse(value.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw Fault(text, term.Start, term.Length, $"'{value}' is too large for a place in a group.", "Write a smaller one.");
        }
    }

    private static Regex RegexOf(string text, int start, int length, string pattern)
    {
        try
        {
            return new Regex($"\\A(?:{pattern})", RegexOptions.CultureInvariant, MatchLimit);
        }
        catch (ArgumentException e)
        {
            throw Fault(text, start, length, $"'{text.Substring(start, length)}' is no regular expression: {e.Message}", "Correct it.");
        }
    }

    private ClusterHost[] HostsOf(Term term, Cluster cluster)
    {
        var hosts = AllHostsOf(term, cluster);
        if (term.First is not { } first) return hosts;
        if (term.Last is { } last) return [.. hosts.Skip(first).Take(last == int.MaxValue ? int.MaxValue : Math.Max(0, last - first + 1))];
        int place = first < 0 ? hosts.Length + first : first;
        return place >= 0 && place < hosts.Length
            ? [hosts[place]]
            : throw Fault(_text, term.Start, term.Length, $"'{term.Name}' has {hosts.Length} hosts and none at the place {first}.",
                "Places are counted from 0, or from the end as -1.");
    }

    private ClusterHost[] AllHostsOf(Term term, Cluster cluster)
    {
        if (term.Name is "all" or "*") return [.. cluster.Hosts];
        if (term.Regex is { } regex)
        {
            try
            {
                var ofGroups = cluster.Groups.Where(g => regex.IsMatch(g.Name)).SelectMany(g => g.Hosts).Select(h => h.Name).ToHashSet();
                return [.. cluster.Hosts.Where(h => ofGroups.Contains(h.Name) || regex.IsMatch(h.Name))];
            }
            catch (RegexMatchTimeoutException)
            {
                throw Fault(_text, term.Start, term.Length, $"'{term.Name}' took more than {MatchLimit.TotalSeconds:0} s to match a name.",
                    "Write it with less nested repetition.");
            }
        }

        if (cluster.Groups.TryGetValue(term.Name, out var group)) return [.. group.Hosts];
        if (term.Name == "ungrouped") return [.. cluster.Orphans.Hosts];
        if (cluster.Hosts.TryGetValue(term.Name, out var host)) return [host];
        string? near = Suggestion.For(term.Name, cluster.Groups.Select(g => g.Name).Concat(cluster.Hosts.Select(h => h.Name)));
        throw Fault(_text, term.Start, term.Length, $"There is no host or group '{term.Name}'{GroupSources.DidYouMean(near)}",
            "Name one that there is.");
    }

    private static NodeSet SetOf(IEnumerable<ClusterHost> hosts) => NodeSet.Of(hosts.Select(h => h.Name));

    private static void Add(NodeSetBuilder builder, IEnumerable<ClusterHost> hosts)
    {
        foreach (var host in hosts) builder.Add(host.Name);
    }

    private static NodeSetException Fault(string text, int position, int length, string message, string remedy) =>
        new(new NodeSetError(Math.Min(position, text.Length), length, message, remedy));

    [GeneratedRegex(@"\A(?<name>.+)\[(?:(?<first>-?[0-9]+)|(?<from>[0-9]+)[:-](?<to>[0-9]*))\]\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Subscript();

    [GeneratedRegex(@"\*|\?|\[!?[^\]]+\]|[^*?\[]+|\[", RegexOptions.CultureInvariant)]
    private static partial Regex Wildcard();

    /// <summary>
    /// <paramref name="Sign"/> is <c>&amp;</c>, <c>!</c> or none; <paramref name="First"/> and <paramref name="Last"/>
    /// are the places of a part.
    /// </summary>
    private readonly record struct Term(char Sign, string Name, int Start, int Length, Regex? Regex, int? First, int? Last);
}
