namespace Peak.Clusters.Remote.Files.Protocol;

/// <summary>
/// How much may be asked for, or sent, before it is answered. Who asks for more waits for his turn.
/// </summary>
/// <remarks>
/// A small window is on purpose: over a connection that is new, an sshd enlarges the buffer for what it has not handed on yet in small
/// steps, and copies it at each. Only where a host is far away it grows: as long as answers come as fast as the fastest did, what is sent
/// waits nowhere on its way.
/// </remarks>
internal sealed class RequestWindow
{
    /// <summary>
    /// How much at first (three of the largest chunks), and how much at most, in bytes. What is larger goes when there is nothing else.
    /// </summary>
    public const int Least = 400 << 10, Most = 2 << 20;

    private static readonly TimeSpan Far = TimeSpan.FromMilliseconds(5);

    private TimeSpan _fastest = TimeSpan.MaxValue;
    private readonly Lock _gate = new();
    private readonly Queue<(int Cost, TaskCompletionSource Turn)> _waiting = new();
    private Exception? _fault;
    private int _used;

    /// <summary>How much at the moment.</summary>
    public int Size { get; private set; } = Least;

    /// <summary>Waits for room.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async ValueTask EnterAsync(int cost, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_fault is not null) throw Again(_fault);
            if (_waiting.Count == 0 && HasRoomFor(cost))
            {
                _used += cost;
                return;
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((cost, turn));
        }

        using var giving = cancellationToken.UnsafeRegister(
            static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn);
        await turn.Task.ConfigureAwait(false);
    }

    /// <summary>What was asked for is there.</summary>
    /// <param name="cost">What it took.</param>
    /// <param name="time">How long the answer took; null where it is none.</param>
    public void Leave(int cost, TimeSpan? time = null)
    {
        lock (_gate)
        {
            _used -= cost;
            if (time < _fastest) _fastest = time.Value;
            if (time > Far && time < 2 * _fastest && _waiting.Count > 0) Size = Math.Min(Size + cost, Most);
            while (_waiting.TryPeek(out var next) && (HasRoomFor(next.Cost) || next.Turn.Task.IsCompleted))
            {
                _waiting.Dequeue();
                if (next.Turn.TrySetResult()) _used += next.Cost;
            }
        }
    }

    /// <summary>Nothing is answered any more.</summary>
    public void Fail(Exception fault)
    {
        lock (_gate)
        {
            _fault = fault;
            while (_waiting.TryDequeue(out var next)) next.Turn.TrySetException(Again(fault));
        }
    }

    /// <summary>An exception for whoever asks now, so that each has a trace of his own.</summary>
    public static Exception Again(Exception fault) => fault switch
    {
        SftpException sftp => new SftpException(sftp.Status, sftp.Path, sftp.Message, sftp),
        Connections.ConnectionException lost => new Connections.ConnectionException(lost.Outcome, lost),
        _ => new SftpException(SftpStatus.ConnectionLost, null, fault.Message, fault),
    };

    private bool HasRoomFor(int cost) => _used == 0 || _used + cost <= Size;
}
