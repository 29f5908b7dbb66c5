using System.CommandLine;
using System.CommandLine.Completions;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.State;
using Peak.Clusters.NodeSets;

namespace Peak.Cli.Completion;

/// <summary>A word that can stand where the cursor is, and what it is.</summary>
internal readonly record struct Candidate(string Text, string? Description);

/// <summary>Finds the words that can stand where the cursor is.</summary>
internal static class Candidates
{
    // Where one operand of a node set ends and the next one begins.
    private const string Operators = ",!&^";

    private static readonly string[] RunPrefixes = ["@last~", "@run"];

    // What an argument or the value of an option is called where it is a file, or may be.
    private static readonly string[] Files = ["FILE", "FILES", "DIR", "COMMAND", "PATH"];

    /// <param name="words">The words after <c>peak</c>, without quotes; the last one is being typed and may be empty.</param>
    /// <returns>The words; null where the shell knows better, as a file may stand there.</returns>
    public static IEnumerable<Candidate>? Find(IReadOnlyList<string> words)
    {
        var root = Program.CreateRoot();
        string current = words.Count > 0 ? words[^1] : "";
        string[] typed = [.. words.Take(words.Count - 1)];
        var before = Mark(root, typed);
        var parse = root.Parse([.. before], Program.ParserConfiguration);
        var command = parse.CommandResult.Command;
        var context = parse.GetCompletionContext();
        var options = HelpPage.OptionsOf(command).Where(o => !o.Hidden).ToArray();
        if (!before.Contains("--"))
        {
            if (typed.Length > 0 && Named(options, typed[^1]) is { Arity.MinimumNumberOfValues: > 0 } option)
                return Values(option, option.HelpName, option.CompletionSources.Count, current, context);
            if (current.StartsWith("--", StringComparison.Ordinal) && current.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                string name = current[..equals];
                return Named(options, name) is { Arity.MaximumNumberOfValues: > 0 } given
                    ? Values(given, given.HelpName, given.CompletionSources.Count, current[(equals + 1)..], context)
                        ?.Select(c => c with { Text = $"{name}={c.Text}" })
                    : [];
            }

            if (current.StartsWith('-'))
                return options.Select(o => new Candidate(o.Name, o.Description)).Where(c => Fits(c.Text, current));
        }

        if (command.Subcommands.Count > 0)
        {
            return command.Subcommands.Where(c => !c.Hidden && Fits(c.Name, current))
                .Select(c => new Candidate(c.Name, c.Description));
        }

        // Those with several values come last; the first ones have one.
        int taken = parse.CommandResult.Children.OfType<System.CommandLine.Parsing.ArgumentResult>().Sum(a => a.Tokens.Count);
        var argument = command.Arguments.FirstOrDefault(a => (taken -= a.Arity.MaximumNumberOfValues) < 0);
        return argument is null ? [] : Values(argument, argument.HelpName, argument.CompletionSources.Count, current, context);
    }

    /// <summary>The groups and hosts of the cluster, as operands of a node set.</summary>
    public static IEnumerable<CompletionItem> OfCluster(CompletionContext context)
    {
        var cluster = Load(context);
        foreach (var group in cluster.Groups) yield return Group("@" + group.Name, group.Hosts.Count);
        yield return Group("@" + Cluster.AllName, cluster.Hosts.Count);
        yield return Group("@" + Cluster.OrphansName, cluster.Orphans.Hosts.Count);
        foreach (var host in HostsOf(cluster)) yield return host;
    }

    /// <summary>The same, and the groups of ClusterShell's sources.</summary>
    public static IEnumerable<CompletionItem> OfSources(CompletionContext context) => OfCluster(context).Concat(OtherGroups(context));

    /// <summary>The same, and what became of the hosts of the last run.</summary>
    public static IEnumerable<CompletionItem> OfRuns(CompletionContext context)
    {
        var history = new RunHistory(new());
        var sets = Remembered(history).SelectMany((run, before) => LastRun.SetNames.Select(
            set => Group(before == 0 ? $"@last:{set}" : $"@last~{before}:{set}", run.Set(set).Count)));
        var byId = Remembered(history).Select(run => new CompletionItem($"@run:{run.Id}", detail: run.Command));
        return OfSources(context).Concat(sets).Concat(byId);
    }

    /// <summary>The runs that are remembered, by how long ago they were and by name.</summary>
    public static IEnumerable<CompletionItem> RunNames(CompletionContext context) =>
        Remembered(new RunHistory(new())).SelectMany((run, before) => (CompletionItem[])
        [
            new($"~{before}", detail: run.Command), new(run.Id, detail: run.Command),
        ]);

    // What can't be read is told of by those verbs that need it.
    private static IEnumerable<LastRun> Remembered(RunHistory history)
    {
        foreach (string id in history.Ids())
        {
            LastRun? run;
            try
            {
                run = history.Load(id);
            }
            catch (CommandFailure)
            {
                continue;
            }

            if (run is not null) yield return run;
        }
    }

    /// <summary>The names of groups of the cluster.</summary>
    public static IEnumerable<CompletionItem> Groups(CompletionContext context) =>
        Load(context).Groups.Select(group => Group(group.Name, group.Hosts.Count));

    /// <summary>The names of hosts and groups of the cluster.</summary>
    public static IEnumerable<CompletionItem> HostsAndGroups(CompletionContext context) => HostsOf(Load(context)).Concat(Groups(context));

    private static IEnumerable<CompletionItem> OtherGroups(CompletionContext context)
    {
        var peak = new Invocation(context.ParseResult, Program.Out, Program.Error);
        var sources = new NodeGroups(peak).Sources;
        foreach (var source in sources.All.Where(source => source.Name != "cluster"))
        {
            string prefix = source == sources.Default ? "@" : $"@{source.Name}:";
            foreach (string group in GroupsOf(source)) yield return new(prefix + group);
        }
    }

    // A source that fails does not take the others' groups away.
    private static IReadOnlyList<string> GroupsOf(IGroupSource source)
    {
        try
        {
            return [.. source.Groups ?? []];
        }
        catch (NodeSetException)
        {
            return [];
        }
    }

    private static Cluster Load(CompletionContext context) =>
        new Invocation(context.ParseResult, Program.Out, Program.Error).LoadCluster();

    private static IEnumerable<CompletionItem> HostsOf(Cluster cluster) =>
        cluster.Hosts.Select(host => new CompletionItem(host.Name, detail: string.Join(' ', host.Groups.Select(g => g.Name))));

    private static CompletionItem Group(string name, int hosts) => new(name, detail: Rendering.Graph.ClusterGraph.Count(hosts, "host"));

    // Whoever types may be about to mend a mistake.
    private static IReadOnlyList<string> Mark(Command root, string[] typed)
    {
        try
        {
            return OperandFirst.Mark(root, typed);
        }
        catch (CommandFailure)
        {
            return typed;
        }
    }

    private static Option? Named(IEnumerable<Option> options, string name) =>
        options.FirstOrDefault(o => o.Name == name || o.Aliases.Contains(name));

    private static IEnumerable<Candidate>? Values(Symbol symbol, string? name, int sources, string current, CompletionContext context) =>
        sources == 0 && Files.Contains(name ?? symbol.Name) ? null : Matching(symbol.GetCompletions(context), current);

    private static IEnumerable<Candidate> Matching(IEnumerable<CompletionItem> items, string current)
    {
        int start = current.AsSpan().LastIndexOfAny(Operators) + 1;
        string operand = current[start..];
        foreach (var item in items)
        {
            // Of runs there are many: they are for whoever asks for them.
            if (RunPrefixes.Any(run => Fits(item.Label, run) && !Fits(operand, run))) continue;
            // The whole word first: a name may hold what elsewhere is an operator.
            if (Fits(item.Label, current)) yield return new(item.Label, item.Detail);
            else if (start > 0 && Fits(item.Label, operand)) yield return new(current[..start] + item.Label, item.Detail);
        }
    }

    private static bool Fits(string text, string current) => text.StartsWith(current, StringComparison.Ordinal);
}
