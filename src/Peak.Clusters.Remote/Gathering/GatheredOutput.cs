namespace Peak.Clusters.Remote.Gathering;

/// <summary>What one stream of a host printed, kept by a <see cref="Gatherer{TStatus}"/>.</summary>
/// <remarks>
/// Equal are those of one gatherer that are byte for byte the same, once a last line without its line feed is
/// completed. To be read as long as the gatherer is not disposed, by one thread.
/// </remarks>
public readonly struct GatheredOutput : IEquatable<GatheredOutput>
{
    private readonly OutputStore _store;
    private readonly OutputNode _end;

    internal GatheredOutput(OutputStore store, OutputNode end)
    {
        _store = store;
        _end = end;
    }

    /// <summary>The number of bytes.</summary>
    public long Length => _end.End;

    internal OutputNode Node => _end;

    /// <summary>Writes all of it, a block at a time.</summary>
    /// <param name="destination">Where to.</param>
    public void CopyTo(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ForEachBlock(destination.Write);
    }

    /// <summary>Hands on all of it, a block at a time: of any size, without holding it.</summary>
    /// <param name="block">Called for each block, in order; the bytes are valid during the call.</param>
    public void ForEachBlock(Action<ReadOnlySpan<byte>> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        foreach (var node in Path()) block(_store.BytesOf(node));
    }

    /// <summary>Hands on every line, without its line feed.</summary>
    /// <param name="line">
    /// Called for each line, in order, with whether it is only a part of one that goes on with the next call; the bytes are valid during
    /// the call.
    /// </param>
    public void ForEachLine(Action<ReadOnlySpan<byte>, bool> line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var assembler = new LineAssembler();
        foreach (var node in Path())
            for (var lines = assembler.Add(_store.BytesOf(node)); lines.MoveNext();) line(lines.Current, lines.IsPart);
    }

    /// <summary>All of it at once.</summary>
    /// <exception cref="OutOfMemoryException">It is larger than an array can be.</exception>
    public byte[] ToArray()
    {
        using var all = new MemoryStream(checked((int)Length));
        CopyTo(all);
        return all.ToArray();
    }

    /// <inheritdoc/>
    public bool Equals(GatheredOutput other) => _end == other._end;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GatheredOutput other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_end);

    /// <summary>Whether two outputs are the same.</summary>
    public static bool operator ==(GatheredOutput left, GatheredOutput right) => left.Equals(right);

    /// <summary>Whether two outputs differ.</summary>
    public static bool operator !=(GatheredOutput left, GatheredOutput right) => !left.Equals(right);

    private Stack<OutputNode> Path()
    {
        var path = new Stack<OutputNode>();
        for (var node = _end; node.Parent is { } parent; node = parent) path.Push(node);
        return path;
    }
}
