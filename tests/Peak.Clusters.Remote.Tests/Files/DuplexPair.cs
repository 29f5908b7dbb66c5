using System.IO.Pipelines;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Two ends of a stream in memory: what is written to one is read from the other.</summary>
internal sealed class DuplexPair
{
    private readonly Pipe _there = new(), _back = new();

    public DuplexPair()
    {
        Client = new End(_back.Reader, _there.Writer);
        Server = new End(_there.Reader, _back.Writer);
    }

    public DuplexStream Client { get; }

    public DuplexStream Server { get; }

    private sealed class End(PipeReader input, PipeWriter output) : DuplexStream
    {
        private readonly Stream _input = input.AsStream();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _input.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if ((await output.WriteAsync(buffer, cancellationToken)).IsCompleted) throw new IOException("Nobody reads any more.");
        }

        public override ValueTask CompleteWritesAsync() => output.CompleteAsync();

        protected override void Dispose(bool disposing)
        {
            input.CancelPendingRead();
            output.Complete();
            base.Dispose(disposing);
        }
    }
}
