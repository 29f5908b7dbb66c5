namespace Peak.Clusters.NodeSets.Entries;

/// <summary>
/// What names that fold together have in common: the text between their indexes. Patterns are ordered by their key, in
/// which each index is <c>%s</c> and each percent sign doubled; this is ClusterShell's order.
/// </summary>
internal sealed class NodePattern : IComparable<NodePattern>
{
    /// <summary>Further numbers in a name are text.</summary>
    public const int MaxDimensions = 64;

    private readonly byte[] _key;
    private readonly byte[][] _texts;

    public NodePattern(ReadOnlySpan<byte> key)
    {
        _key = key.ToArray();
        var texts = new List<byte[]>();
        var text = new List<byte>();
        for (int i = 0; i < key.Length; i++)
        {
            if (key[i] != '%')
            {
                text.Add(key[i]);
            }
            else if (key[++i] == '%')
            {
                text.Add((byte)'%');
            }
            else
            {
                texts.Add([.. text]);
                text.Clear();
            }
        }

        texts.Add([.. text]);
        _texts = [.. texts];
    }

    public ReadOnlySpan<byte> Key => _key;

    /// <summary>The number of indexes in a name.</summary>
    public int Dimensions => _texts.Length - 1;

    /// <summary>The text before the index of an axis; for the axis after the last, the end of the name.</summary>
    public ReadOnlySpan<byte> TextBefore(int axis) => _texts[axis];

    /// <summary>The key of the pattern with a hyphen before the indexes of some axes.</summary>
    public byte[] WithHyphens(ulong axes)
    {
        var key = new List<byte>();
        for (int i = 0, axis = 0; i < _key.Length; i++)
        {
            if (_key[i] == '%' && _key[i + 1] == 's' && (axes & 1UL << axis++) != 0) key.Add((byte)'-');
            key.Add(_key[i]);
            if (_key[i] == '%') key.Add(_key[++i]);
        }

        return [.. key];
    }

    public int CompareTo(NodePattern? other) => ReferenceEquals(this, other) ? 0 : _key.AsSpan().SequenceCompareTo(other!._key);

    public override int GetHashCode() => PatternKeyComparer.Instance.GetHashCode(_key);

    public override bool Equals(object? obj) => obj is NodePattern other && CompareTo(other) == 0;

    /// <summary>
    /// Takes a name apart. <paramref name="key"/> must have room for <see cref="KeyRoomFor"/> bytes,
    /// <paramref name="codes"/> for <see cref="MaxDimensions"/> numbers, or one in two bytes of the name.
    /// </summary>
    public static (int KeyLength, int Dimensions) Split(ReadOnlySpan<byte> name, Span<byte> key, Span<long> codes)
    {
        int at = 0, dimensions = 0;
        for (int i = 0; i < name.Length;)
        {
            byte b = name[i];
            if (!IndexCode.IsDigit(b))
            {
                if (b == '%') key[at++] = b;
                key[at++] = b;
                i++;
                continue;
            }

            int start = i;
            while (i < name.Length && IndexCode.IsDigit(name[i])) i++;
            if (i - start <= IndexCode.MaxDigits && dimensions < MaxDimensions)
            {
                codes[dimensions++] = IndexCode.Encode(name[start..i]);
                key[at++] = (byte)'%';
                key[at++] = (byte)'s';
            }
            else
            {
                name[start..i].CopyTo(key[at..]);
                at += i - start;
            }
        }

        return (at, dimensions);
    }

    public static int KeyRoomFor(int nameLength) => nameLength * 2 + 2;
}
