using System.Runtime.InteropServices;

namespace Peak.Clusters.Remote.Gathering;

/// <summary>A block of output in an <see cref="OutputStore"/>; the path from the root to it is an output.</summary>
internal sealed class OutputNode(OutputNode? parent, byte[]? bytes, int length, int hash)
{
    private const int FewChildren = 8;
    private OutputNode? _firstChild;
    private OutputNode? _nextSibling;
    private int _children;
    private Dictionary<int, List<OutputNode>>? _index;

    public OutputNode? Parent { get; } = parent;

    /// <summary>Null where the block lies in the temporary file, at <see cref="Offset"/>.</summary>
    public byte[]? Bytes { get; } = bytes;

    public int Length { get; } = length;

    public int Hash { get; } = hash;

    public long Offset { get; init; }

    /// <summary>The length of the output that ends here.</summary>
    public long End { get; } = (parent?.End ?? 0) + length;

    /// <summary>The child that a host went to last: most often the next host goes there as well.</summary>
    public OutputNode? LastTaken { get; set; }

    /// <summary>Seeded at random for each process, so that no host can choose blocks that collide.</summary>
    public static int HashOf(ReadOnlySpan<byte> block) =>
        HashCode.Combine(string.GetHashCode(MemoryMarshal.Cast<byte, char>(block)), block.Length, block.IsEmpty ? 0 : block[^1]);

    public OutputNode? Find(OutputStore store, int hash, ReadOnlySpan<byte> block)
    {
        if (_index is not null)
        {
            if (_index.TryGetValue(hash, out var alike))
            {
                foreach (var child in alike)
                    if (store.BytesOf(child).SequenceEqual(block)) return child;
            }

            return null;
        }

        for (var child = _firstChild; child is not null; child = child._nextSibling)
            if (child.Hash == hash && store.BytesOf(child).SequenceEqual(block)) return child;
        return null;
    }

    public void Add(OutputNode child)
    {
        child._nextSibling = _firstChild;
        _firstChild = child;
        if (++_children < FewChildren) return;
        if (_index is not null)
        {
            AddToIndex(child);
            return;
        }

        _index = [];
        for (var each = _firstChild; each is not null; each = each._nextSibling) AddToIndex(each);
    }

    private void AddToIndex(OutputNode child)
    {
        if (!_index!.TryGetValue(child.Hash, out var alike)) _index.Add(child.Hash, alike = new List<OutputNode>(1));
        alike.Add(child);
    }
}
