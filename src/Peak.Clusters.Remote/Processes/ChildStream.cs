using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Processes;

/// <summary>A child's input and output as one stream; its error output is thrown away. It ends with the stream.</summary>
internal sealed class ChildStream : DuplexStream
{
    private readonly ICommandChannel _child;
    private readonly Action? _ended;

    /// <param name="child">The child, its input open.</param>
    /// <param name="ended">Called when the child has ended and the stream is disposed of.</param>
    public ChildStream(ICommandChannel child, Action? ended = null)
    {
        _child = child;
        _ended = ended;
        _ = IgnoreAsync(child.StandardError);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _child.StandardOutput.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _child.StandardInput.WriteAsync(buffer, cancellationToken);

    public override ValueTask CompleteWritesAsync() => _child.StandardInput.DisposeAsync();

    public override async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync().ConfigureAwait(false);
        _ended?.Invoke();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _child.Stop(force: true);
        base.Dispose(disposing);
    }

    private static async Task IgnoreAsync(Stream error)
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (await error.ReadAsync(buffer).ConfigureAwait(false) > 0) { }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException) { }
    }
}
