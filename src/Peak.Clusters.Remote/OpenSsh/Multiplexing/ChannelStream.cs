namespace Peak.Clusters.Remote.OpenSsh.Multiplexing;

/// <summary>
/// One output of a command. It has no buffer: data waits where it was received until the reader has taken all of it, and
/// until then nothing more is received, so that a slow reader slows the host.
/// </summary>
internal sealed class ChannelStream : OneWayStream
{
    private readonly Lock _gate = new();
    private ReadOnlyMemory<byte> _data;
    private TaskCompletionSource? _taken;
    private TaskCompletionSource? _offered;
    private bool _ended;

    /// <summary>Offers data; ends when it is taken, or nobody wants it any more. One at a time.</summary>
    public Task OfferAsync(ReadOnlyMemory<byte> data)
    {
        TaskCompletionSource taken, offered;
        lock (_gate)
        {
            if (_ended || data.IsEmpty) return Task.CompletedTask;
            _data = data;
            _taken = taken = New();
            offered = _offered ?? New();
            _offered = null;
        }

        offered.TrySetResult();
        return taken.Task;
    }

    /// <summary>Nothing more comes. What is not taken yet is lost.</summary>
    public void End()
    {
        TaskCompletionSource? taken, offered;
        lock (_gate)
        {
            _ended = true;
            _data = default;
            (taken, offered) = (_taken, _offered);
        }

        taken?.TrySetResult();
        offered?.TrySetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task offered;
            lock (_gate)
            {
                if (_ended) return 0;
                if (!_data.IsEmpty)
                {
                    int count = Math.Min(buffer.Length, _data.Length);
                    _data[..count].CopyTo(buffer);
                    _data = _data[count..];
                    if (_data.IsEmpty) _taken!.TrySetResult();
                    return count;
                }

                offered = (_offered ??= New()).Task;
            }

            await offered.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        End();
        base.Dispose(disposing);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
