namespace Peak.Cli.Commands.NodeSets;

internal static partial class NodeSetCommand
{
    private enum Act
    {
        None,
        Count,
        Expand,
        Fold,
        List,
        ListAll,
        Regroup,
        ListSources,
        Completion,
    }

    private enum Operator
    {
        Union,
        Intersect,
        Except,
        SymmetricExcept,
    }

    private enum Notation
    {
        ClusterShell,
        Pdsh,
        Ansible,
    }

    private readonly record struct Operand(Operator Operator, string Text);

    /// <summary>
    /// What the user typed. Operators take effect in the order in which they are typed, which is why this verb reads
    /// its arguments itself; those before the first set apply to <c>-a</c> or standard input, in the order
    /// intersections, exclusions, exclusive ors.
    /// </summary>
    private sealed class Arguments
    {
        private readonly List<Operand> _first = [];

        public Act Act { get; private set; }
        public int ListLevel { get; private set; }
        public bool All { get; set; }
        public string? Source { get; set; }
        public string? GroupsConf { get; set; }
        public bool RangeSet { get; set; }
        public bool GroupBase { get; set; }
        public string Separator { get; set; } = " ";
        public NodeSetFormat Format { get; set; } = NodeSetFormat.Plain;
        public string? Slice { get; set; }
        public int? Split { get; set; }
        public bool Contiguous { get; set; }
        public string? Axis { get; set; }
        public int Pick { get; set; }
        public int? Seed { get; set; }
        public NodeSetAutoStep? AutoStep { get; set; }
        public Notation From { get; set; }
        public Notation To { get; set; }
        public bool Quiet { get; set; }
        public bool Debug { get; set; }
        public string? ClusterFile { get; set; }
        public bool Lenient { get; set; }
        public bool Json { get; set; }
        public bool Help { get; set; }

        /// <summary>Operators before the first set, in the order in which they apply.</summary>
        public IEnumerable<Operand> First => _first.OrderBy(o => o.Operator);

        /// <summary>The sets and the operators between them.</summary>
        public List<Operand> Operands { get; } = [];

        public bool Lists => Act is Act.List or Act.ListAll or Act.Completion;

        public void Choose(Act act)
        {
            if (Act != Act.None && Act != act) throw Usage("two commands; give one of -c -e -f -l -L -r --list-sources");
            Act = act;
        }

        public void ChooseList(Act act)
        {
            Choose(act);
            ListLevel++;
        }

        public void Add(Operator op, string text) => (Operands.Count == 0 ? _first : Operands).Add(new(op, text));

        public void AddSet(string text) => Operands.Add(new(Operator.Union, text));

        public void Check()
        {
            if (Act == Act.None) throw Usage("no command; give one of -c -e -f -l -L -r --list-sources");
            if (RangeSet && (All || Act == Act.Regroup)) throw Usage("-a and -r are for names, not for -R");
            if (Split is not null && Contiguous) throw Usage("--split and --contiguous exclude each other");
            if (Axis is { Length: > 0 } && (Act != Act.Fold || RangeSet)) throw Usage("--axis is for -f with names only");
            if (RangeSet && (From != Notation.ClusterShell || To != Notation.ClusterShell)) throw Usage("--from and --to are for names, not for -R");
        }
    }

    /// <summary>Reads the command line; options and sets in any order, <c>--</c> ends the options.</summary>
    private static Arguments Read(ReadOnlySpan<string> args)
    {
        var arguments = new Arguments();
        bool flags = true;
        for (int i = 0; i < args.Length; i++)
        {
            string arg = args[i];
            if (flags && arg == "--") flags = false;
            else if (arg.StartsWith("--", StringComparison.Ordinal) && (flags || IsOperator(arg))) ReadLong(arg.AsSpan(2), args, ref i);
            else if (arg is ['-', var letter, ..] && (flags ? char.IsLetter(letter) || letter == '?' : IsOperator(arg))) ReadShort(arg, args, ref i);
            else arguments.AddSet(arg);
        }

        return arguments;

        void ReadLong(ReadOnlySpan<char> text, ReadOnlySpan<string> args, ref int i)
        {
            int equals = text.IndexOf('=');
            var flag = FindLong(equals < 0 ? text : text[..equals]);
            if (flag.Value is null && equals >= 0) throw Usage($"--{flag.Name} takes no value");
            flag.Set(arguments, flag.Value is null ? "" : equals >= 0 ? text[(equals + 1)..].ToString() : Next(flag, args, ref i));
        }

        void ReadShort(string text, ReadOnlySpan<string> args, ref int i)
        {
            for (int at = 1; at < text.Length; at++)
            {
                var flag = Array.Find(Flags, f => f.Letter == text[at]) ?? Array.Find(GlobalFlags, f => f.Letter == text[at])
                    ?? throw Usage($"there is no flag -{text[at]}");
                if (flag.Value is null)
                {
                    flag.Set(arguments, "");
                    continue;
                }

                flag.Set(arguments, at + 1 < text.Length ? text[(at + 1)..] : Next(flag, args, ref i));
                return;
            }
        }

        static string Next(Flag flag, ReadOnlySpan<string> args, ref int i) =>
            i + 1 < args.Length ? args[++i] : throw Usage($"--{flag.Name} needs a value: {flag.Value}");
    }

    private static bool IsOperator(string arg) => arg is "-x" or "-i" or "-X" or "--exclude" or "--intersection" or "--xor";

    // As getopt does, any unambiguous beginning of a name will do.
    private static Flag FindLong(ReadOnlySpan<char> name)
    {
        Flag? found = null;
        foreach (var flag in Flags.Concat(GlobalFlags))
        {
            if (name.SequenceEqual(flag.Name) || name.SequenceEqual(flag.Alias)) return flag;
            if (!flag.Name.StartsWith(name, StringComparison.Ordinal) && !(flag.Alias?.AsSpan().StartsWith(name) ?? false)) continue;
            if (found is not null && found.Name != flag.Name) throw Usage($"--{name} may mean --{found.Name} or --{flag.Name}");
            found = flag;
        }

        return found ?? throw Usage($"there is no flag --{name}");
    }
}
