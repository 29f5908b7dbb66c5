using System.Buffers;
using Peak.Clusters.NodeSets;
using Peak.Clusters.NodeSets.Dialects;
using Peak.Clusters.Remote;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>From sets and operators, or standard input, to the one set that they make.</summary>
internal sealed class NodeSetReader(NodeSetArguments arguments, Invocation peak, NodeGroups groups)
{
    // A word with none of these is a plain name.
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([.. ",!&^[]@*?\x7f"u8, .. Enumerable.Range(0, 32).Select(b => (byte)b)]);

    private bool _inputIsRead;

    /// <exception cref="CommandFailure">A text is no set, or there is no such group.</exception>
    public NodeSet Read()
    {
        var set = arguments.All ? groups.Evaluate("@*") : NodeSet.Empty;
        if (arguments.Operands.Count == 0 && !arguments.All && !arguments.ListsGroups) set = ReadInput();
        if (set.IsEmpty && arguments.First.Any() && !arguments.Quiet)
            peak.Warn("nothing stands before the first operator: it works on the empty set");
        foreach (var operand in arguments.First)
        {
            // A set of names may be empty, but as an option's value a range of numbers begins somewhere.
            if (arguments.RangeSet && string.IsNullOrWhiteSpace(operand.Text))
                throw CommandFailure.Failed("nodeset: an operator has an empty range; write a number or leave it out");
            set = Apply(set, operand);
        }

        // Many sets in a row, as from xargs, are united in one go.
        NodeSetBuilder? union = null;
        foreach (var operand in arguments.Operands)
        {
            if (operand.Operator == NodeSetOperator.Union)
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

    /// <summary>Reads a set that stands for one node.</summary>
    public NodeSet ReadOne(string text) => ReadLine(text);

    private NodeSet Apply(NodeSet set, NodeSetOperand operand)
    {
        var other = Read(operand.Text);
        var result = Combine(set, operand, other);
        if (operand.Operator is NodeSetOperator.Intersect or NodeSetOperator.Except && !arguments.Quiet && !set.IsEmpty
            && result.LongCount == set.LongCount)
        {
            string shown = $"-{(operand.Operator == NodeSetOperator.Except ? 'x' : 'i')} {RemoteCommand.Quote(operand.Text)}";
            peak.Warn($"{shown} takes nothing away");
        }

        return result;
    }

    private static NodeSet Combine(NodeSet set, NodeSetOperand operand, NodeSet other) => operand.Operator switch
    {
        NodeSetOperator.Intersect => set.Intersect(other),
        NodeSetOperator.Except => set.Except(other),
        NodeSetOperator.SymmetricExcept => set.SymmetricExcept(other),
        _ => set.Union(other),
    };

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
        if (arguments.RangeSet && text.Length > 0 && string.IsNullOrWhiteSpace(text))
            throw CommandFailure.Failed("nodeset: a range of white space; write a number or leave it out");
        text = text.Trim();
        if (text.Length == 0) return NodeSet.Empty;
        if (arguments.RangeSet) return NodeSetRanges.ToNodeSet(NodeSetRanges.Parse(text));
        return arguments.From switch
        {
            NodeSetNotation.Pdsh => NodeSetFailure.Translate(() => HostListNotation.Parse(text, ReadFile)),
            NodeSetNotation.Ansible => NodeSetFailure.Translate(() => AnsiblePattern.Parse(text).Evaluate(groups.Cluster)),
            _ => groups.Evaluate(text, warn: !arguments.Quiet),
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
        NodeSetInput.ReadWords(word =>
        {
            if (arguments is { RangeSet: false, From: NodeSetNotation.ClusterShell } && !word.ContainsAny(Special)) union.Add(word);
            else union.Add(ReadLine(ByteText.GetString(word)));
        });
        return union.Build();
    }
}
