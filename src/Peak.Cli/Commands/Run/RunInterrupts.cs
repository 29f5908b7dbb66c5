using System.Runtime.InteropServices;

namespace Peak.Cli.Commands.Run;

/// <summary>
/// The signals that a run answers. Where output goes to a terminal, the first ^C only asks how things stand, a second one within a
/// second stops; elsewhere, and for SIGTERM and SIGHUP, the first one stops. One more while stopping gives up waiting; but what comes
/// within a second of the one that stopped is the same request, unless somebody types: <c>timeout</c> signals a process and then its
/// group, a closing terminal is told by the kernel and by the shell, and systemd sends SIGHUP after SIGTERM.
/// </summary>
#pragma warning disable CA2213 // The sources of tokens have no timer: they hold nothing that would have to be disposed of.
internal sealed class RunInterrupts : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _interactive;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _lastInterrupt, _stopped;

    public RunInterrupts(bool interactive, TimeProvider time)
    {
        _interactive = interactive;
        _time = time;
        Register(PosixSignal.SIGINT, 2);
        Register(PosixSignal.SIGTERM, 15);
        Register(PosixSignal.SIGHUP, 1);
    }

    /// <summary>Stop in an orderly way.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Stop at once.</summary>
    public CancellationToken GiveUp => _giveUp.Token;

    /// <summary>Ends when <see cref="GiveUp"/> is canceled.</summary>
    public Task GivenUp => _givenUp.Task;

    /// <summary>The number of the signal that stopped the run; null where none did.</summary>
    public int? Signal { get; private set; }

    /// <summary>Ends when the user asks how things stand; <see cref="Answered"/> makes the next one.</summary>
    public Task Asked
    {
        get
        {
            lock (_lock) return _asked.Task;
        }
    }

    /// <summary>The question was answered: the next ^C asks again.</summary>
    public void Answered()
    {
        lock (_lock)
            if (_asked.Task.IsCompleted) _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Stops the run as a signal does, where there was none: when output can't be written.</summary>
    public void StopNow() => _stop.Cancel();

    public void Dispose()
    {
        // The sources are not disposed of: a signal that came just now is still being answered, on a thread of its own.
        foreach (var registration in _registrations) registration.Dispose();
    }

    private void Register(PosixSignal signal, int number) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            bool isTyped = signal == PosixSignal.SIGINT && _interactive;
            bool first = isTyped
                && (_lastInterrupt is not { } last || _time.GetElapsedTime(last, now) > Again);
            _lastInterrupt = now;
            bool isSame = !isTyped && _stopped is { } stopped && _time.GetElapsedTime(stopped, now) <= Again;
            if (isSame) return;
            if (_stop.IsCancellationRequested)
            {
                _giveUp.Cancel();
                _givenUp.TrySetResult();
            }
            else if (first)
            {
                _asked.TrySetResult();
            }
            else
            {
                Signal = number;
                _stopped = now;
                _stop.Cancel();
            }
        }
    }));
}
