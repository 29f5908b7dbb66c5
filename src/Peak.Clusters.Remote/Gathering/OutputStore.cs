namespace Peak.Clusters.Remote.Gathering;

/// <summary>
/// Keeps the output of many hosts, what they have in common once: a tree of blocks in which hosts that have printed
/// the same so far stand at the same node. Beyond its memory limit the blocks lie in a nameless temporary file.
/// </summary>
internal sealed class OutputStore(long memoryLimit, long maxKept) : IDisposable
{
    /// <summary>The size of every block but the last of an output.</summary>
    public const int BlockSize = 16 * 1024;

    private readonly byte[] _scratch = new byte[BlockSize];
    private OutputNode? _inScratch;
    private FileStream? _spill;
    private long _inMemory;
    private long _spilled;
    private OutputNotKeptException? _full;

    public OutputNode Root { get; } = new(null, [], 0, 0);

    /// <summary>Goes from a node to the one for the block that comes next, which is made if no host has been there.</summary>
    public OutputNode Next(OutputNode node, ReadOnlySpan<byte> block)
    {
        // Randomly seeded, so that no host can choose blocks that collide.
        int hash = OutputNode.HashOf(block);
        if (node.Find(this, hash, block) is { } known) return node.LastTaken = known;
        if (_inMemory + _spilled + block.Length > maxKept)
            _full ??= new($"more than {ByteSize.Show(maxKept)} of output would have to be kept", maxKept);
        bool spilled = _inMemory + block.Length > memoryLimit && Spill(block);
        var made = new OutputNode(node, spilled ? null : block.ToArray(), block.Length, hash) { Offset = _spilled };
        if (spilled) _spilled += block.Length;
        else _inMemory += block.Length;
        node.Add(made);
        return node.LastTaken = made;
    }

    /// <summary>Once there is no more room, only what is on its way is kept, so that what has been kept stays whole.</summary>
    /// <exception cref="OutputNotKeptException">There is no more room.</exception>
    public void ThrowIfFull()
    {
        if (_full is not null) throw _full;
    }

    /// <summary>The bytes of a node's block; valid until the next call.</summary>
    public ReadOnlySpan<byte> BytesOf(OutputNode node)
    {
        if (node.Bytes is { } bytes) return bytes;
        if (_inScratch != node)
        {
            _inScratch = null;
            for (int count = 0; count < node.Length;)
            {
                int read = RandomAccess.Read(_spill!.SafeFileHandle, _scratch.AsSpan(count, node.Length - count), node.Offset + count);
                if (read == 0) throw new IOException("The temporary file of gathered output was cut short.");
                count += read;
            }

            _inScratch = node;
        }

        return _scratch.AsSpan(0, node.Length);
    }

    public void Dispose() => _spill?.Dispose();

    /// <summary>Writes a block to the end of the temporary file; where that fails it has to stay in memory.</summary>
    private bool Spill(ReadOnlySpan<byte> block)
    {
        if (_full is not null) return false;
        try
        {
            _spill ??= TemporaryFile.Create();
            RandomAccess.Write(_spill.SafeFileHandle, block, _spilled);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _full = new($"output can't be kept in {TemporaryFile.Describe(e)}");
            return false;
        }
    }
}
