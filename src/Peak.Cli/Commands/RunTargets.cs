using System.CommandLine;
using Peak.Cli.State;
using Peak.Clusters;

namespace Peak.Cli.Commands;

/// <summary>Who is to run a command, each host once.</summary>
/// <param name="Hosts">In order.</param>
/// <param name="ThisMachine">No target was named and there is no cluster file: this machine, without a network.</param>
internal sealed record RunTargets(IReadOnlyList<string> Hosts, bool ThisMachine)
{
    /// <exception cref="CommandFailure">The options name no host, or one that can't be.</exception>
    public static RunTargets Select(Invocation peak, ParseResult parse, StateFolder state)
    {
        var cluster = peak.LoadCluster(toAct: true);
        var nodes = new HostNodes(peak, cluster, state);
        var expressions = new List<string>();
        foreach (string set in parse.GetValue(RunArguments.Nodes) ?? [])
            expressions.Add(set == "-" ? Join(ReadStdin(parse)) : set);
        foreach (string groups in parse.GetValue(RunArguments.Groups) ?? [])
            foreach (string group in groups.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                expressions.Add(group.StartsWith('@') ? group : $"@{group}");
        foreach (string file in parse.GetValue(RunArguments.HostFile) ?? []) expressions.Add(Join(ReadHostFile(file)));

        bool all = parse.GetValue(RunArguments.All);
        bool thisMachine = expressions.Count == 0 && !all && peak.ClusterPath is null;
        var hosts = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (all || expressions.Count == 0) AddAll(cluster.Hosts.Select(h => h.Name));
        foreach (string expression in expressions) AddAll(nodes.Expand(expression));

        string[] excluded = parse.GetValue(RunArguments.Exclude) ?? [];
        foreach (string expression in excluded)
        {
            var without = nodes.Expand(expression).ToHashSet(StringComparer.Ordinal);
            hosts.RemoveAll(without.Contains);
        }

        if (hosts.Count == 0)
        {
            throw CommandFailure.Unusable(
                excluded.Length > 0 ? "no host is left to run on"
                : expressions.Count == 0 ? $"there is no host in '{peak.ClusterPath}'"
                : $"no host is named by '{string.Join(',', expressions)}'");
        }

        // Choosing comes last: one of those that are meant.
        if (parse.GetValue(RunArguments.One)) return new([hosts[Random.Shared.Next(hosts.Count)]], thisMachine);
        if (parse.GetValue(RunArguments.Pick) is { } count) return new(PickSome(hosts, count), thisMachine);
        if (parse.GetValue(RunArguments.Next))
        {
            string asked = string.Join('\n', [Path.GetFullPath(peak.ClusterPath ?? "/"), .. expressions, "-x", .. excluded]);
            return new([HostSequence.Next(state, asked, hosts)], thisMachine);
        }

        return new(hosts, thisMachine);

        void AddAll(IEnumerable<string> names)
        {
            foreach (string name in names)
                if (seen.Add(Checked(name))) hosts.Add(name);
        }
    }

    // A program that is given the name of a host must not take it for an option.
    public static string Checked(string name) => name switch
    {
        "" => throw CommandFailure.Unusable("a host has no name"),
        ['-', ..] => throw CommandFailure.Unusable($"'{name}' can't be the name of a host: it begins with '-'"),
        _ when name.AsSpan().ContainsAnyInRange('\0', ' ') || name.Contains('\x7f', StringComparison.Ordinal) =>
            throw CommandFailure.Unusable($"'{TerminalText.Escape(name)}' can't be the name of a host: it has white space or control characters"),
        _ => name,
    };

    // In the order they had, so that only the choice is random.
    private static List<string> PickSome(List<string> hosts, int count)
    {
        if (count >= hosts.Count) return hosts;
        int[] indexes = [.. Enumerable.Range(0, hosts.Count)];
        Random.Shared.Shuffle(indexes);
        return [.. indexes.Take(count).Order().Select(i => hosts[i])];
    }

    private static IEnumerable<string> ReadStdin(ParseResult parse)
    {
        if (parse.GetValue(RunArguments.Stdin)) throw CommandFailure.Unusable("'-w -' and --stdin can't both read standard input");
        using var reader = new StreamReader(Console.OpenStandardInput());
        return Words(reader.ReadToEnd());
    }

    private static IEnumerable<string> ReadHostFile(string file)
    {
        try
        {
            return Words(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Unusable(FileFailure.Describe(file, e));
        }
    }

    // Node sets between white space; # begins a comment.
    private static IEnumerable<string> Words(string text) =>
        text.Split('\n').SelectMany(line => (line.IndexOf('#') is >= 0 and var comment ? line[..comment] : line)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Join(IEnumerable<string> words) => string.Join(',', words);
}
