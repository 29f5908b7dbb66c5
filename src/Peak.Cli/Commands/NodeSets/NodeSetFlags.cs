namespace Peak.Cli.Commands.NodeSets;

/// <summary>The flags of <c>nodeset</c>, each in one place.</summary>
internal static class NodeSetFlags
{
    /// <summary>Those that only this verb has, those together that belong together, in the order of its help.</summary>
    public static readonly (string Title, NodeSetFlag[] Flags)[] Groups =
    [
        ("What to print",
        [
            new('f', "fold", "Print the set folded into ranges.", a => a.Choose(NodeSetAction.Fold)),
            new('e', "expand", "Print the nodes one by one (see -S).", a => a.Choose(NodeSetAction.Expand)),
            new('c', "count", "Print the number of nodes.", a => a.Choose(NodeSetAction.Count)),
            new('l', "list", "List the groups of the source, or those of the given nodes; -ll adds nodes, -lll counts too.",
                a => a.ChooseList(NodeSetAction.List)),
            new('L', "list-all", "List the groups of all sources; -LL adds nodes, -LLL counts too.",
                a => a.ChooseList(NodeSetAction.ListAll)),
            new('r', "regroup", "Print the set by the fewest, largest groups.", a => a.Choose(NodeSetAction.Regroup)),
            new(null, "list-sources", "List the group sources, the default one first.",
                a => a.Choose(NodeSetAction.ListSources)) { Alias = "groupsources" },
            new(null, "index", "Print the place of NODE in the set, from 0, in the order of -e.", "NODE",
                (a, node) =>
                {
                    a.Choose(NodeSetAction.Index);
                    a.Index = node;
                }),
            new(null, "completion", "Print sources and groups, for a shell's completion.",
                a => a.Choose(NodeSetAction.Completion)) { Hidden = true },
        ]),
        ("Sets",
        [
            new('x', "exclude", "Take SET away.", "SET", (a, set) => a.Add(NodeSetOperator.Except, set)),
            new('i', "intersection", "Keep what is in SET too.", "SET", (a, set) => a.Add(NodeSetOperator.Intersect, set)),
            new('X', "xor", "Keep what is in exactly one of the two.", "SET", (a, set) => a.Add(NodeSetOperator.SymmetricExcept, set)),
            new('a', "all", "Take all nodes of the source.", a => a.All = true),
            new('s', "groupsource", "Take groups from SOURCE by default: 'cluster' is the cluster file.", "SOURCE",
                (a, name) => a.Source = name),
            new(null, "groupsconf", "Read ClusterShell's group sources from FILE.", "FILE",
                (a, file) => a.GroupsConf = FileFailure.Checked(file)),
            new('R', "rangeset", "Take ranges of numbers instead of names.", a => a.RangeSet = true),
            new(null, "from", "Read sets in another notation: pdsh or ansible.", "NOTATION", (a, name) => a.From = NotationOf(name)),
        ]),
        ("Which nodes",
        [
            new('I', "slice", "Keep the nodes at these places, from 0: 0-9,20.", "RANGES", (a, ranges) => a.Slice = ranges),
            new(null, "pick", "Keep N nodes drawn at random.", "N", (a, n) => a.Pick = Number("--pick", n)),
            new(null, "seed", "Draw the same nodes every time.", "N", (a, n) => a.Seed = Number("--seed", n)),
            new(null, "split", "Split the set into N parts, a line each.", "N", (a, n) => a.Split = Number("--split", n)),
            new(null, "contiguous", "Split the set into contiguous ranges, a line each.", a => a.Contiguous = true),
        ]),
        ("How to print",
        [
            new('S', "separator", @"Separate nodes by TEXT [default: a space]; \n, \t, \0 and the like are understood.", "TEXT",
                (a, text) => a.Separator = text),
            new('O', "output-format", "Print FORMAT with %s for the nodes [default: %s].", "FORMAT",
                (a, format) => a.Format = NodeSetFormat.Parse(format)),
            new(null, "autostep", "Write a-b/step for at least N nodes: a number, a percentage of all, or 'auto'.", "N",
                (a, n) => a.AutoStep = NodeSetAutoStep.Parse(n)),
            new(null, "axis", "Fold along these numbers in a name only, from 1; -1 is the last.", "RANGES", (a, ranges) => a.Axis = ranges),
            new('G', "groupbase", "Print groups without the name of their source.", a => a.GroupBase = true),
            new(null, "to", "Write sets in another notation: pdsh or ansible.", "NOTATION", (a, name) => a.To = NotationOf(name)),
            new('q', "quiet", "Print no warnings.", a => a.Quiet = true),
            new('d', "debug", "Tell what is done.", a => a.Debug = true),
        ]),
    ];

    /// <summary>All of them.</summary>
    public static readonly NodeSetFlag[] Own = [.. Groups.SelectMany(group => group.Flags)];

    // The options every verb has; GlobalOptions has their help.
    private static readonly NodeSetFlag[] Global =
    [
        new(null, "cluster", "", "FILE", (a, file) => a.ClusterFile = file),
        new(null, "lenient", "", a => a.Lenient = true),
        new(null, "json", "", a => a.Json = true),
        new(null, "color", "", "WHEN", (_, when) => CheckColor(when)),
        new('v', "verbose", "", a => a.Debug = true),
        new('h', "help", "", a => a.Help = true),
        new('?', "help", "", a => a.Help = true),
    ];

    /// <exception cref="CommandFailure">There is none.</exception>
    public static NodeSetFlag Find(char letter) =>
        Array.Find(Own, f => f.Letter == letter) ?? Array.Find(Global, f => f.Letter == letter)
            ?? throw NodeSetFailure.Usage($"there is no flag -{letter}");

    /// <summary>The flag of a name or, as with getopt, of any unambiguous beginning of one.</summary>
    /// <exception cref="CommandFailure">There is none, or more than one.</exception>
    public static NodeSetFlag Find(ReadOnlySpan<char> name)
    {
        NodeSetFlag? found = null;
        foreach (var flag in Own.Concat(Global))
        {
            if (name.SequenceEqual(flag.Name) || name.SequenceEqual(flag.Alias)) return flag;
            if (!flag.Name.StartsWith(name, StringComparison.Ordinal) && !(flag.Alias?.AsSpan().StartsWith(name) ?? false)) continue;
            if (found is not null && found.Name != flag.Name)
                throw NodeSetFailure.Usage($"--{name} may mean --{found.Name} or --{flag.Name}");
            found = flag;
        }

        if (found is not null) return found;
        string unknown = name.ToString();
        string? near = Suggestion.For(unknown, Own.Concat(Global).Where(flag => !flag.Hidden).Select(flag => flag.Name));
        throw NodeSetFailure.Usage($"there is no flag --{unknown}{(near is null ? "" : $"; did you mean '--{near}'?")}");
    }

    private static int Number(string flag, string text) =>
        int.TryParse(text, out int number) && number >= 0
            ? number
            : throw NodeSetFailure.Usage($"{flag} needs a number from 0, not '{text}'");

    // There is nothing to colour here, but a mistyped value is a mistake all the same.
    private static void CheckColor(string when)
    {
        if (when is not ("auto" or "always" or "never")) throw NodeSetFailure.Usage($"--color is auto, always or never, not '{when}'");
    }

    private static NodeSetNotation NotationOf(string name) => name switch
    {
        "clustershell" => NodeSetNotation.ClusterShell,
        "pdsh" or "slurm" => NodeSetNotation.Pdsh,
        "ansible" => NodeSetNotation.Ansible,
        _ => throw NodeSetFailure.Usage($"there is no notation '{name}': it is clustershell, pdsh (slurm is the same) or ansible"),
    };
}
