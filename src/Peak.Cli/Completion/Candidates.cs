using System.CommandLine;
using System.CommandLine.Completions;
using Peak.Cli.Rendering.Graph;

namespace Peak.Cli.Completion;

/// <summary>A word that can stand where the cursor is, and what it is.</summary>
internal readonly record struct Candidate(string Text, string? Description);

/// <summary>Finds the words that can stand where the cursor is.</summary>
internal static class Candidates
{
    // Where one operand of a node set ends and the next one begins.
    private const string Operators = ",!&^";

    /// <param name="root">The command.</param>
    /// <param name="words">The words after <c>peak</c>, without quotes; the last one is being typed and may be empty.</param>
    public static IEnumerable<Candidate> Find(Command root, IReadOnlyList<string> words)
    {
        string current = words.Count > 0 ? words[^1] : "";
        var before = words.Take(words.Count - 1).ToArray();
        var parse = root.Parse(before, Program.ParserConfiguration);
        var command = parse.CommandResult.Command;
        var options = command.Options.Concat(root.Options.Where(o => o.Recursive)).Distinct().Where(o => !o.Hidden).ToArray();
        if (!before.Contains("--"))
        {
            if (before.Length > 0 && Named(options, before[^1]) is { Arity.MinimumNumberOfValues: > 0 } option)
                return Matching(option.GetCompletions(parse.GetCompletionContext()), current);
            if (current.StartsWith('-'))
                return options.Select(o => new Candidate(o.Name, o.Description)).Where(c => Fits(c.Text, current));
        }

        if (command.Subcommands.Count > 0)
        {
            return command.Subcommands.Where(c => !c.Hidden && Fits(c.Name, current))
                .Select(c => new Candidate(c.Name, c.Description));
        }

        return command.Arguments.Count == 0 ? [] : Matching(command.Arguments[0].GetCompletions(parse.GetCompletionContext()), current);
    }

    /// <summary>The groups and hosts of the cluster, as operands of a node set.</summary>
    public static IEnumerable<CompletionItem> OfCluster(CompletionContext context)
    {
        var cluster = new Invocation(context.ParseResult, Program.Out, Program.Error).LoadCluster();
        foreach (var group in cluster.Groups) yield return new("@" + group.Name, detail: ClusterGraph.Count(group.Hosts.Count, "host"));
        yield return new("@" + Cluster.AllName, detail: ClusterGraph.Count(cluster.Hosts.Count, "host"));
        yield return new("@" + Cluster.OrphansName, detail: ClusterGraph.Count(cluster.Orphans.Hosts.Count, "host"));
        foreach (var host in cluster.Hosts) yield return new(host.Name, detail: string.Join(' ', host.Groups.Select(g => g.Name)));
    }

    private static Option? Named(IEnumerable<Option> options, string name) =>
        options.FirstOrDefault(o => o.Name == name || o.Aliases.Contains(name));

    private static IEnumerable<Candidate> Matching(IEnumerable<CompletionItem> items, string current)
    {
        int start = current.AsSpan().LastIndexOfAny(Operators) + 1;
        string operand = current[start..];
        foreach (var item in items)
        {
            // The whole word first: a name may hold what elsewhere is an operator.
            if (Fits(item.Label, current)) yield return new(item.Label, item.Detail);
            else if (start > 0 && Fits(item.Label, operand)) yield return new(current[..start] + item.Label, item.Detail);
        }
    }

    private static bool Fits(string text, string current) => text.StartsWith(current, StringComparison.Ordinal);
}
