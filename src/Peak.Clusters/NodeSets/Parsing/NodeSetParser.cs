using System.Buffers;
using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets.Parsing;

/// <summary>
/// Reads an expression: operands (<c>web[1-20]-ib</c>, <c>@group</c>, <c>web*</c>) with operators <c>, ! &amp; ^</c>
/// between them. One pass; the stack does not grow with the text.
/// </summary>
/// <remarks>
/// Brackets that hold a <c>:</c> are no range but an address (<c>[2001:db8::1]:22</c>): they are text of the name, in
/// which ranges may stand (<c>[2001:db8::[1-9]]:22</c>).
/// </remarks>
internal ref struct NodeSetParser(ReadOnlySpan<byte> text)
{
    private static readonly SearchValues<byte> Special = SearchValues.Create(",!&^[]"u8);
    private static readonly SearchValues<byte> Wildcards = SearchValues.Create("*?"u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly List<NodeSetTerm> _terms = [];
    private RangeParser _ranges = new(text);
    private NodeSetBuilder? _names;
    private int _at;

    public SyntaxFault? Error { get; private set; }

    /// <summary>Reads all terms; null and <see cref="Error"/> if something is wrong.</summary>
    public NodeSetTerm[]? Parse()
    {
        var next = NodeSetOperator.Union;
        SkipBlanks();
        if (_at == _text.Length) return [];
        while (true)
        {
            if (!ParseOperand(next)) return null;
            if (_at == _text.Length) break;
            next = ReadOperator();
            // "web[1-20],!web7": a comma before another operator says nothing more.
            SkipBlanks();
            if (next == NodeSetOperator.Union && _at < _text.Length && _text[_at] is (byte)'!' or (byte)'&' or (byte)'^')
                next = ReadOperator();
        }

        CloseNames();
        return [.. _terms];
    }

    private NodeSetOperator ReadOperator() => _text[_at++] switch
    {
        (byte)'!' => NodeSetOperator.Except,
        (byte)'&' => NodeSetOperator.Intersect,
        (byte)'^' => NodeSetOperator.SymmetricExcept,
        _ => NodeSetOperator.Union,
    };

    /// <summary>Reads an operand up to the next operator, or the end.</summary>
    private bool ParseOperand(NodeSetOperator op)
    {
        SkipBlanks();
        int start = _at, end = EndOfText(_at);
        if (end < _text.Length && _text[end] is (byte)'[' or (byte)']') return ParseBrackets(op, start);
        _at = end;
        while (end > start && RangeParser.Blank(_text[end - 1])) end--;
        if (end == start) return Missing();
        if (!CheckText(start, end)) return false;
        var name = _text[start..end];
        var kind = KindOf(name, name);
        if (kind == NodeSetTermKind.Nodes && op == NodeSetOperator.Union)
        {
            (_names ??= new NodeSetBuilder()).Add(name);
            return true;
        }

        var names = new NodeSetBuilder();
        names.Add(name);
        AddTerm(op, kind, names.Build(), start, end);
        return true;
    }

    /// <summary>Reads an operand that has brackets.</summary>
    private bool ParseBrackets(NodeSetOperator op, int start)
    {
        int keyLength = 0;
        var axes = new List<RangeSet>();
        bool wildcards = false, inAddress = false;
        byte[] key = ArrayPool<byte>.Shared.Rent(256);
        try
        {
            while (true)
            {
                int from = _at, to = EndOfName(_at, ref inAddress);
                bool open = to < _text.Length && _text[to] == '[';
                if (to < _text.Length && _text[to] == ']')
                    return Fail(to, 1, "There is a ']' without a '['.", "Remove it, or write the '[' before it.");
                _at = to;
                if (!open) while (to > from && RangeParser.Blank(_text[to - 1])) to--;
                if (!CheckText(from, to)) return false;
                wildcards |= _text[from..to].ContainsAny(Wildcards);
                int prefix = to;
                if (open) while (prefix > from && IndexCode.IsDigit(_text[prefix - 1])) prefix--;
                if (!AppendText(ref key, ref keyLength, axes, from, prefix)) return false;
                if (!open) break;
                if (!ParseRange(axes, prefix)) return false;
                Grow(ref key, keyLength + 2);
                key[keyLength++] = (byte)'%';
                key[keyLength++] = (byte)'s';
            }

            int end = _at;
            while (RangeParser.Blank(_text[end - 1])) end--;
            var kind = _text[start] == '@' ? NodeSetTermKind.Groups : wildcards ? NodeSetTermKind.Wildcards : NodeSetTermKind.Nodes;
            bool collect = kind == NodeSetTermKind.Nodes && op == NodeSetOperator.Union;
            var names = collect ? _names ??= new NodeSetBuilder() : new NodeSetBuilder();
            names.Add(key.AsSpan(0, keyLength), [.. axes]);
            if (!collect) AddTerm(op, kind, names.Build(), start, end);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(key);
        }
    }

    /// <summary>Reads <c>[1-5,7]</c>, the digits before it that are part of its indexes, and those after it.</summary>
    private bool ParseRange(List<RangeSet> axes, int prefixStart)
    {
        int open = _at, length = _text[open..].IndexOf((byte)']');
        if (length < 0) return Fail(open, 1, "A '[' is not closed.", "Write a ']' after the range.");
        int close = open + length, suffix = close + 1;
        while (suffix < _text.Length && IndexCode.IsDigit(_text[suffix])) suffix++;
        var axis = _ranges.Parse(open + 1, close, _text[prefixStart..open], _text[(close + 1)..suffix]);
        if (axis is null)
        {
            Error = _ranges.Error;
            return false;
        }

        if (suffix < _text.Length && _text[suffix] == '[' && !IsAddress(suffix))
            return Fail(suffix, 1, "A bracket follows another one.", "Write text between them, or list the indexes in one bracket.");
        _at = suffix;
        return AddAxis(axes, axis, open);
    }

    private bool AppendText(ref byte[] key, ref int keyLength, List<RangeSet> axes, int from, int to)
    {
        var name = _text[from..to];
        Grow(ref key, keyLength + NodePattern.KeyRoomFor(name.Length));
        long[] codes = ArrayPool<long>.Shared.Rent(name.Length + 1);
        var (length, dimensions) = NodePattern.Split(name, key.AsSpan(keyLength), codes);
        keyLength += length;
        bool fine = true;
        for (int i = 0; i < dimensions && fine; i++) fine = AddAxis(axes, RangeSet.Single(codes[i]), from);
        ArrayPool<long>.Shared.Return(codes);
        return fine;
    }

    private bool AddAxis(List<RangeSet> axes, RangeSet axis, int at)
    {
        if (axes.Count == NodePattern.MaxDimensions)
            return Fail(at, 1, $"A name with brackets has more than {NodePattern.MaxDimensions} numbers.",
                "Write the names out, without brackets.");
        axes.Add(axis);
        return true;
    }

    private static void Grow(ref byte[] key, int size)
    {
        if (key.Length >= size) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(size, key.Length * 2));
        key.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(key);
        key = larger;
    }

    private void AddTerm(NodeSetOperator op, NodeSetTermKind kind, NodeSet names, int start, int end)
    {
        CloseNames();
        _terms.Add(new NodeSetTerm(op, kind, names, start, end - start));
    }

    /// <summary>Names that follow one another with commas are one term.</summary>
    private void CloseNames()
    {
        if (_names is null) return;
        _terms.Add(new NodeSetTerm(NodeSetOperator.Union, NodeSetTermKind.Nodes, _names.Build(), 0, 0));
        _names = null;
    }

    private static NodeSetTermKind KindOf(ReadOnlySpan<byte> operand, ReadOnlySpan<byte> text) =>
        operand[0] == '@' ? NodeSetTermKind.Groups : text.ContainsAny(Wildcards) ? NodeSetTermKind.Wildcards : NodeSetTermKind.Nodes;

    private readonly int EndOfText(int at)
    {
        int length = _text[at..].IndexOfAny(Special);
        return length < 0 ? _text.Length : at + length;
    }

    /// <summary>The end of a piece of a name; brackets of an address belong to it.</summary>
    /// <param name="at">Where the piece begins.</param>
    /// <param name="inAddress">
    /// Whether the bracket of an address is open; it is closed later, or <see cref="IsAddress"/> would say no.
    /// </param>
    private readonly int EndOfName(int at, ref bool inAddress)
    {
        while (true)
        {
            at = EndOfText(at);
            if (at == _text.Length) return at;
            if (_text[at] == ']' && inAddress) inAddress = false;
            else if (_text[at] == '[' && !inAddress && IsAddress(at)) inAddress = true;
            else return at;
            at++;
        }
    }

    /// <summary>Whether a bracket is closed again and holds a <c>:</c>; no range does.</summary>
    private readonly bool IsAddress(int open)
    {
        int depth = 0;
        bool colon = false;
        for (int at = open; at < _text.Length; at++)
        {
            switch (_text[at])
            {
                case (byte)'[' when ++depth > 2:
                case (byte)',' or (byte)'!' or (byte)'&' or (byte)'^' when depth == 1:
                    return false;
                case (byte)']' when --depth == 0:
                    return colon;
                case (byte)':':
                    colon = true;
                    break;
            }
        }

        return false;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && RangeParser.Blank(_text[_at])) _at++;
    }

    private bool CheckText(int from, int to)
    {
        for (int i = from; i < to; i++)
            if (_text[i] is < 0x20 or 0x7f)
                return Fail(i, 1, $"A name contains the control character 0x{_text[i]:x2}.",
                    "Write names separated by commas, without control characters.");
        return true;
    }

    private bool Missing()
    {
        if (_at < _text.Length)
            return Fail(_at, 1, $"There is no name before '{(char)_text[_at]}'.", "Write a name or a group there, or remove the operator.");
        int op = _text.Length - 1;
        while (RangeParser.Blank(_text[op])) op--;
        return Fail(op, 1, $"There is no name after '{(char)_text[op]}'.", "Write a name or a group there, or remove the operator.");
    }

    private bool Fail(int start, int length, string message, string remedy)
    {
        Error = new SyntaxFault(start, length, message, remedy);
        return false;
    }
}
