using System.ComponentModel;
using System.Diagnostics;

namespace Peak.Clusters.Remote.Processes;

/// <summary>A child process with what every platform of .NET has; it shares our session and ignores SIGPIPE as we do.</summary>
internal sealed class PortableProcess : ChildProcess
{
    private readonly Process _process;
    private readonly Stream? _source;
    private int _disposed;

    public PortableProcess(in ChildStart start)
    {
        var info = new ProcessStartInfo(start.Arguments[0], start.Arguments.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in start.Environment) info.Environment[name] = value;
        _source = start.Input.Open();
        try
        {
            _process = Process.Start(info)!;
        }
        catch (Win32Exception e)
        {
            _source?.Dispose();
            throw new IOException($"Can't start '{start.Arguments[0]}': {e.Message}", e);
        }

        _ = FeedAsync(_source, _process.StandardInput.BaseStream, start.Input.StaysOpen);
    }

    public override int Id => _process.Id;

    public override Stream StandardInput => _process.StandardInput.BaseStream;

    public override Stream StandardOutput => _process.StandardOutput.BaseStream;

    public override Stream StandardError => _process.StandardError.BaseStream;

    public override async ValueTask<HostOutcome> WaitAsync()
    {
        await _process.WaitForExitAsync();

        // .NET says 128 + the signal, as a shell does, and does not tell the two apart.
        return _process.ExitCode == 0 ? HostOutcome.Exited.Success : new HostOutcome.Exited(_process.ExitCode);
    }

    public override void Stop(bool force)
    {
        try
        {
            if (force || OperatingSystem.IsWindows()) _process.Kill(entireProcessTree: true);
            else _ = Posix.kill(_process.Id, Posix.SIGTERM);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended.
        }
    }

    public override void SendSignal(string name)
    {
        int number = SignalNames.NumberOf(name);
        if (!OperatingSystem.IsWindows()) _ = Posix.kill(_process.Id, number);
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        if (_source is not null) await _source.DisposeAsync();
        if (!_process.HasExited)
        {
            Stop(force: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
