using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Peak.Clusters.Remote.Processes;

/// <summary>A child process by <c>posix_spawn</c>, waited for through a pidfd.</summary>
internal sealed class SpawnedProcess : ChildProcess
{
    /// <summary>How long a killed process is waited for.</summary>
    private static readonly TimeSpan MustEnd = TimeSpan.FromSeconds(1);

    private static readonly bool Prepared = Prepare();

    // Since glibc 2.34. Without it, children inherit what our parent left open for us, as they do everywhere.
    private static readonly bool CanCloseOthers =
        NativeLibrary.TryLoad("libc.so.6", out nint libc)
        && NativeLibrary.TryGetExport(libc, "posix_spawn_file_actions_addclosefrom_np", out _);

    private static readonly unsafe Posix.SpawnBuffer* Attributes = MakeAttributes();
    private readonly EventLoop _loop = EventLoop.Current!;
    private readonly Stream? _source;
    private readonly PipeStream? _input;
    private readonly PipeStream _output;
    private readonly PipeStream _error;
    private HostOutcome? _outcome;
    private bool _stopping;

    private SpawnedProcess(int id, Stream? source, PipeStream? input, PipeStream output, PipeStream error)
    {
        Id = id;
        _source = source;
        _input = input;
        _output = output;
        _error = error;
    }

    public override int Id { get; }

    public override Stream StandardInput => (Stream?)_input ?? FedInput.Instance;

    public override Stream StandardOutput => _output;

    public override Stream StandardError => _error;

    /// <summary>Starts a program.</summary>
    /// <exception cref="IOException">It can't be started; the message says why.</exception>
    public static unsafe SpawnedProcess Spawn(in ChildStart start)
    {
        _ = Prepared;
        var loop = EventLoop.Current!;
        string name = start.Arguments[0];
        string path = loop.Cache.FindProgram(name) ?? throw new IOException($"There is no program '{name}' on PATH.");
        int* output = stackalloc int[2] { -1, -1 };
        int* error = stackalloc int[2] { -1, -1 };
        int* fed = stackalloc int[2] { -1, -1 };
        Stream? source = null;
        try
        {
            fed[0] = loop.Cache.TryOpenInput(start.Input);
            if (fed[0] < 0)
            {
                source = start.Input.Open();
                Posix.Check(Posix.pipe2(fed, Posix.O_CLOEXEC));
            }

            Posix.Check(Posix.pipe2(output, Posix.O_CLOEXEC));
            Posix.Check(Posix.pipe2(error, Posix.O_CLOEXEC));

            // Only our end: the program's must block.
            if (fed[1] >= 0) Posix.Check(Posix.fcntl(fed[1], Posix.F_SETFL, Posix.O_NONBLOCK));
            Posix.Check(Posix.fcntl(output[0], Posix.F_SETFL, Posix.O_NONBLOCK));
            Posix.Check(Posix.fcntl(error[0], Posix.F_SETFL, Posix.O_NONBLOCK));
            int id = Spawn(path, start.Arguments, fed[0], output[1], error[1], loop.Cache.Environment(start.Environment));
            var outputStream = new PipeStream(Take(ref output[0]));
            var errorStream = new PipeStream(Take(ref error[0]));
            var inputStream = fed[1] < 0 ? null : new PipeStream(Take(ref fed[1]), writes: true);
            var process = new SpawnedProcess(id, source, inputStream, outputStream, errorStream);
            if (inputStream is not null) _ = FeedAsync(source, inputStream, start.Input.StaysOpen);
            source = null;
            return process;
        }
        finally
        {
            source?.Dispose();
            Close(fed[0]);
            Close(fed[1]);
            Close(output[0]);
            Close(output[1]);
            Close(error[0]);
            Close(error[1]);
        }

        static int Take(ref int descriptor)
        {
            int taken = descriptor;
            descriptor = -1;
            return taken;
        }
    }

    public override ValueTask<HostOutcome> WaitAsync() =>
        _loop.IsCurrent ? WaitHereAsync() : new(_loop.InvokeAsync(WaitHereAsync));

    public override void Stop(bool force)
    {
        if (_loop.IsCurrent) StopHere(force);
        else _loop.Post(_ => StopHere(force), null);
    }

    public override void SendSignal(string name)
    {
        int number = SignalNames.NumberOf(name);
        if (_loop.IsCurrent) SignalHere(number);
        else _loop.Post(_ => SignalHere(number), null);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_loop.IsCurrent)
        {
            await DisposeHereAsync();
            return;
        }

        try
        {
            await _loop.InvokeAsync(async () =>
            {
                await DisposeHereAsync();
                return 0;
            }).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            EndAlone();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<HostOutcome> WaitHereAsync()
    {
        if (_outcome is not null || !_stopping && TryReap() is not null) return _outcome!;
        using var exit = new Descriptor(Posix.OpenProcess(Id));
        while (!HasExited())
        {
            // The loop has ended, and nothing tells any more.
            ObjectDisposedException.ThrowIf(exit.Number < 0, _loop);
            await exit.ReadableAsync();
            exit.ClearReadable();
        }

        // What it started may take no notice of SIGTERM, and hold no pipe of ours.
        if (_stopping) await _loop.Sessions.KillAsync(Id);
        return TryReap()!;
    }

    private void StopHere(bool force)
    {
        // Not reaped yet, so neither the process's number nor the session's can be anybody else's.
        if (_outcome is not null) return;
        _stopping = true;
        _loop.Sessions.Signal(Id, force ? Posix.SIGKILL : Posix.SIGTERM);
    }

    private void SignalHere(int number)
    {
        if (_outcome is null) _ = Posix.kill(-Id, number);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DisposeHereAsync()
    {
        _source?.Dispose(); // more of it may never come
        _input?.Dispose();
        _output.Dispose();
        _error.Dispose();
        if (_outcome is not null || !_stopping && TryReap() is not null) return;
        if (_loop.IsEnding)
        {
            EndAlone();
            return;
        }

        StopHere(force: true);
        try
        {
            await WaitHereAsync().AsTask().WaitAsync(MustEnd);
        }
        catch (TimeoutException)
        {
            // Stuck in the kernel (a dead network file system): nobody can end it, and no run should hang for it.
        }
    }

    /// <summary>Where there is no loop any more that tells when it has ended.</summary>
    private void EndAlone()
    {
        StopHere(force: true);
        SpinWait.SpinUntil(() => TryReap() is not null, MustEnd);
    }

    private static unsafe int Spawn(string path, IReadOnlyList<string> arguments, int input, int output, int error, byte** environment)
    {
        Posix.SpawnBuffer actions;
        byte** vector = SpawnCache.ToVector(arguments);
        byte** file = SpawnCache.ToVector([path]);
        Posix.Done(Posix.posix_spawn_file_actions_init(&actions));
        try
        {
            Posix.Done(Posix.posix_spawn_file_actions_adddup2(&actions, input, 0));
            Posix.Done(Posix.posix_spawn_file_actions_adddup2(&actions, output, 1));
            Posix.Done(Posix.posix_spawn_file_actions_adddup2(&actions, error, 2));
            if (CanCloseOthers) Posix.Done(Posix.posix_spawn_file_actions_addclosefrom_np(&actions, 3));
            int id;
            int failure = Posix.posix_spawn(&id, file[0], &actions, Attributes, vector, environment);
            if (failure != 0) throw new IOException($"Can't start '{path}': {Posix.Message(failure)}.", failure);
            DescriptorLimit.RestoreIn(id);
            return id;
        }
        finally
        {
            _ = Posix.posix_spawn_file_actions_destroy(&actions);
            NativeMemory.Free(vector);
            NativeMemory.Free(file);
        }
    }

    private HostOutcome? TryReap()
    {
        if (_outcome is not null) return _outcome;
        if (!Posix.TryReap(Id, out int status)) return null;
        int signal = status & 0x7f;
        return _outcome = signal != 0
            ? new HostOutcome.Signaled(SignalNames.Of(signal))
            : (status >> 8) switch { 0 => HostOutcome.Exited.Success, int code => new HostOutcome.Exited(code & 0xff) };
    }

    /// <summary>Whether it can be reaped, without doing so.</summary>
    private bool HasExited() => _outcome is not null || Posix.CanReap(Id);

    private static void Close(int descriptor)
    {
        if (descriptor >= 0) _ = Posix.close(descriptor);
    }

    /// <summary>What a careless parent of this process may have left: closed standard streams, ignored children.</summary>
    private static bool Prepare()
    {
        // A pipe must not get the numbers 0, 1 or 2: dup2 in the child would overwrite it.
        int null0;
        do null0 = Posix.OpenToRead("/dev/null");
        while (null0 is >= 0 and <= 2);
        Close(null0);

        // While SIGCHLD is ignored, the kernel throws exit statuses away.
        Posix.StopIgnoring(Posix.SIGCHLD);
        return true;
    }

    private static unsafe Posix.SpawnBuffer* MakeAttributes()
    {
        var attributes = (Posix.SpawnBuffer*)NativeMemory.AllocZeroed((nuint)sizeof(Posix.SpawnBuffer));
        Posix.Done(Posix.posix_spawnattr_init(attributes));

        // .NET ignores SIGPIPE, and whoever started us may have blocked or ignored others. All bits, also those of the C
        // library's own signals, which it would leave ignored.
        Posix.SignalSet all, none = default;
        new Span<byte>(&all, sizeof(Posix.SignalSet)).Fill(0xff);
        Posix.Done(Posix.posix_spawnattr_setsigdefault(attributes, &all));
        Posix.Done(Posix.posix_spawnattr_setsigmask(attributes, &none));

        // A session of its own: the terminal's ^C is for us, and nobody can wait for an answer on it.
        Posix.Done(Posix.posix_spawnattr_setflags(
            attributes,
            Posix.POSIX_SPAWN_SETSID | Posix.POSIX_SPAWN_SETSIGDEF | Posix.POSIX_SPAWN_SETSIGMASK));
        return attributes;
    }
}
