using System.Buffers;
using System.Globalization;
using System.Text;
using Peak.Clusters.NodeSets;
using Peak.Clusters.NodeSets.Dialects;

namespace Peak.Cli.Commands.NodeSets;

internal static partial class NodeSetCommand
{
    /// <summary>What the arguments mean: the set they make, then what is printed of it.</summary>
    /// <remarks>A range set (<c>-R</c>) is here a node set whose names are bare indexes.</remarks>
    private sealed partial class Run(Arguments arguments, Invocation peak)
    {
        private static readonly SearchValues<byte> Special = SearchValues.Create([.. ",!&^[]@*?\x7f"u8, .. Enumerable.Range(0, 32).Select(b => (byte)b)]);
        private readonly NodeGroups _groups = new(peak, null, arguments.GroupsConf, arguments.Source);
        private bool _inputIsRead;

        public int Execute()
        {
            arguments.Check();
            try
            {
                return Answer();
            }
            catch (OverflowException)
            {
                throw CommandFailure.Failed("nodeset: the set has more names than can be counted here; narrow it");
            }
        }

        private int Answer()
        {
            if (arguments.Source is not null && arguments.RangeSet) Warn($"-s {arguments.Source} is of no use with -R");
            if (arguments.Act == Act.ListSources) return ListSources();
            var set = ReadSet();
            if (arguments.Act is Act.List or Act.ListAll) return ListGroups(set);
            if (arguments.Act == Act.Completion)
            {
                WriteCompletion();
                if (set.IsEmpty) return ExitCodes.Success;
            }

            if (peak.Json) WriteSetAsJson(Reduce(set));
            else WriteSet(Reduce(set));
            return ExitCodes.Success;
        }

        private NodeSet ReadSet()
        {
            var set = arguments.All ? _groups.Evaluate("@*") : NodeSet.Empty;
            if (arguments.Operands.Count == 0 && !arguments.All && !arguments.Lists) set = ReadInput();
            if (set.IsEmpty && arguments.First.Any()) Warn("nothing stands before the first operator: it works on the empty set");
            foreach (var operand in arguments.First)
            {
                // A set of names may be empty, but as an option's value a range of numbers begins somewhere.
                if (arguments.RangeSet && string.IsNullOrWhiteSpace(operand.Text)) throw CommandFailure.Failed("nodeset: an operator has an empty range; write a number or leave it out");
                set = Apply(set, operand);
            }

            // Many sets in a row, as from xargs, are united in one go.
            NodeSetBuilder? union = null;
            foreach (var operand in arguments.Operands)
            {
                if (operand.Operator == Operator.Union)
                {
                    if (union is null) (union = new()).Add(set);
                    union.Add(Read(operand.Text));
                    continue;
                }

                set = Apply(union?.Build() ?? set, operand);
                union = null;
            }

            return union?.Build() ?? set;
        }

        private NodeSet Apply(NodeSet set, Operand operand)
        {
            var other = Read(operand.Text);
            return operand.Operator switch
            {
                Operator.Intersect => set.Intersect(other),
                Operator.Except => set.Except(other),
                Operator.SymmetricExcept => set.SymmetricExcept(other),
                _ => set.Union(other),
            };
        }

        /// <summary>Reads an argument: a set a line, or <c>-</c> for standard input.</summary>
        private NodeSet Read(string text)
        {
            if (text == "-") return ReadInput();
            if (!text.AsSpan().ContainsAny('\n', '\r')) return ReadLine(text);
            var union = new NodeSetBuilder();
            foreach (var line in text.AsSpan().EnumerateLines()) union.Add(ReadLine(line.ToString()));
            return union.Build();
        }

        private NodeSet ReadLine(string text)
        {
            text = text.Trim();
            if (text.Length == 0) return NodeSet.Empty;
            if (arguments.RangeSet) return OfRanges(Ranges(text));
            return arguments.From switch
            {
                Notation.Pdsh => Told(() => HostListNotation.Parse(text, ReadFile)),
                Notation.Ansible => Told(() => AnsiblePattern.Parse(text).Evaluate(_groups.Cluster)),
                _ => _groups.Evaluate(text),
            };
        }

        private static string ReadFile(string path)
        {
            try
            {
                return File.ReadAllText(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw CommandFailure.Usage($"can't read '{path}': {e.Message}");
            }
        }

        private NodeSet ReadInput()
        {
            var union = new NodeSetBuilder();
            if (_inputIsRead) return union.Build();
            _inputIsRead = true;
            Input.ReadWords(word =>
            {
                if (arguments is { RangeSet: false, From: Notation.ClusterShell } && !word.ContainsAny(Special)) union.Add(word);
                else union.Add(ReadLine(Encoding.UTF8.GetString(word)));
            });
            return union.Build();
        }

        private NodeSet Reduce(NodeSet set)
        {
            if (arguments.Slice is { } slice) set = set.Slice(Ranges(slice));
            if (arguments.Pick > 0) set = set.Pick(arguments.Pick, arguments.Seed is { } seed ? new Random(seed) : null);
            return set;
        }

        private void WriteSet(NodeSet set)
        {
            var options = FoldOptionsFor(set);
            foreach (var part in Parts(set))
            {
                WritePart(part, options);
                peak.Out.Line();
            }
        }

        private IEnumerable<NodeSet> Parts(NodeSet set) =>
            set.IsEmpty ? [set] : arguments.Contiguous ? set.Contiguous() : arguments.Split > 1 ? set.Split(arguments.Split.Value) : [set];

        private void WritePart(NodeSet set, FoldOptions options)
        {
            bool plain = arguments is { Format.IsPlain: true, RangeSet: false, To: Notation.ClusterShell } && !peak.Out.IsTerminal;
            if (arguments.Act == Act.Count) peak.Out.Raw(arguments.Format.Apply(Decimal(set.LongCount)));
            else if (arguments.Act is Act.Expand or Act.Completion) WriteNames(set, Unescape(arguments.Separator));
            else if (arguments.Act == Act.Fold && plain) set.WriteFolded(peak.Out, options);
            else peak.Out.Text(TextOf(set, options));
        }

        /// <summary>The set in one text, folded or regrouped.</summary>
        private string TextOf(NodeSet set, FoldOptions options)
        {
            var format = arguments.Format;
            if (arguments.Act == Act.Regroup)
            {
                return format.Apply(arguments.To != Notation.ClusterShell
                    ? RegroupForAnsible(set)
                    : Told(() => _groups.Sources.Regroup(set, arguments.Source, new RegroupOptions { OmitSource = arguments.GroupBase, Folding = options })));
            }

            if (arguments.RangeSet) return format.Apply(RangesOf(set).ToString(options));
            // A format makes other names, which fold anew.
            if (!format.IsPlain) set = NodeSet.Of(set.Select(format.Apply));
            return arguments.To switch
            {
                Notation.Pdsh => Told(() => HostListNotation.Format(set)),
                Notation.Ansible => Told(() => AnsiblePattern.Format(set)),
                _ => set.ToString(options),
            };
        }

        private string RegroupForAnsible(NodeSet set)
        {
            if (arguments.To == Notation.Pdsh) throw Usage("pdsh and Slurm have no groups to write a set with; -f writes its names");
            var rest = NodeSet.Empty;
            var groups = Told(() => _groups.Sources.Cover(set, out rest, arguments.Source));
            return Told(() => AnsiblePattern.Format([.. NodeSet.Of(groups), .. rest]));
        }

        private void WriteNames(NodeSet set, string separator)
        {
            if (arguments.Format.IsPlain && !peak.Out.IsTerminal)
            {
                set.WriteTo(peak.Out, Encoding.UTF8.GetBytes(separator));
                return;
            }

            bool first = true;
            foreach (string name in set)
            {
                if (!first) peak.Out.Raw(separator);
                first = false;
                peak.Out.Text(arguments.Format.Apply(name));
            }
        }

        private FoldOptions FoldOptionsFor(NodeSet set) => new()
        {
            AutoStep = arguments.AutoStep?.For((long)Int128.Min(set.LongCount, long.MaxValue)),
            Axes = arguments.Axis switch
            {
                null or "" => null,
                ['-', ..] => int.TryParse(arguments.Axis, out int axis) ? [axis] : throw Usage($"--axis needs ranges of numbers or one negative number, not '{arguments.Axis}'"),
                var ranges => AxesOf(Ranges(ranges)),
            },
        };

        /// <summary>The axes of a user, who counts them from 1 and may pad them with zeros.</summary>
        private static int[] AxesOf(RangeSet numbers) =>
            [.. Enumerable.Range(0, 64).Where(axis => Enumerable.Range(1, 18).Any(
                digits => numbers.Contains((axis + 1).ToString($"D{digits}", CultureInfo.InvariantCulture))))];

        private void Warn(string message)
        {
            if (!arguments.Quiet) peak.Warn(message);
        }

        /// <summary>Asks the sources of groups.</summary>
        private static T Told<T>(Func<T> ask)
        {
            try
            {
                return ask();
            }
            catch (NodeSetException e)
            {
                throw CommandFailure.Failed(e.Message);
            }
        }

        private static RangeSet Ranges(string text) =>
            RangeSet.TryParse(text, out var ranges, out var error) ? ranges : throw NodeGroups.Failure(text, error);

        private static string Decimal(Int128 number) => number.ToString(CultureInfo.InvariantCulture);

        private static NodeSet OfRanges(RangeSet ranges) => ranges.IsEmpty ? NodeSet.Empty : NodeSet.Parse($"[{ranges}]");

        private static RangeSet RangesOf(NodeSet set) => set.IsEmpty ? RangeSet.Empty : RangeSet.Parse(set.ToString().Trim('[', ']'));
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            result.Append(text[++i] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '0' => '\0',
                'a' => '\a',
                'b' => '\b',
                'f' => '\f',
                'v' => '\v',
                '\\' => '\\',
                '\'' => '\'',
                '"' => '"',
                var other => throw Usage($"-S has '\\{other}'; \\n \\t \\r \\0 \\a \\b \\f \\v and \\\\ are understood"),
            });
        }

        return result.ToString();
    }
}
