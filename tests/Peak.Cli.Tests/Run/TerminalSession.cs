using System.Diagnostics;
using System.Text;

namespace Peak.Cli.Tests.Run;

/// <summary>
/// A line of bash on a terminal of its own, and whoever sits there: they type when they have seen something. What is
/// typed goes through the terminal, so ^C is a signal to whatever runs in the foreground.
/// </summary>
internal sealed class TerminalSession : IDisposable
{
    public const string ControlC = "\x03", ControlZ = "\x1a";

    private readonly Process _script;
    private readonly StringBuilder _seen = new();
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _from;

    public TerminalSession(ProcessStartInfo start)
    {
        _script = Process.Start(start)!;
        _reading = ReadAsync();
    }

    /// <summary>All that has been shown so far; lines end in CR LF.</summary>
    public string Seen
    {
        get
        {
            lock (_seen) return _seen.ToString();
        }
    }

    /// <summary>Waits until one of these is shown, after what was waited for before.</summary>
    /// <returns>Which it was.</returns>
    public int Await(params string[] words)
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            bool over = _reading.IsCompleted;
            Task more;
            lock (_seen)
            {
                string seen = _seen.ToString();
                for (int i = 0; i < words.Length; i++)
                {
                    int at = seen.IndexOf(words[i], _from, StringComparison.Ordinal);
                    if (at < 0) continue;
                    _from = at + words[i].Length;
                    return i;
                }

                more = _more.Task;
            }

            if (over || began.Elapsed > Patience.Limit) Assert.Fail($"'{words[0]}' was not shown, but:\n{Tail()}");
            Task.WaitAny([more, _reading], Patience.Limit);
        }
    }

    /// <summary>Presses ^C twice within a second, whatever a busy machine makes of that, until a run has been stopped.</summary>
    /// <param name="words">What is shown then.</param>
    public void InterruptUntil(string words)
    {
        // One by one: two signals that come at once are one.
        do Type(ControlC);
        while (Await("^C twice within a second stops\r\n", words) == 0);
    }

    public void Type(string keys)
    {
        _script.StandardInput.Write(keys);
        _script.StandardInput.Flush();
    }

    /// <summary>The terminal is gone, as when its window is closed or its connection lost.</summary>
    public void Lose()
    {
        _script.Kill();
        _script.WaitForExit();
    }

    /// <summary>Waits for the end of the line.</summary>
    public Finished End()
    {
        Assert.True(_reading.Wait(Patience.Limit), $"It did not end, but showed:\n{Tail()}");
        _script.WaitForExit();
        return new(_script.ExitCode, Seen, "");
    }

    public void Dispose()
    {
        if (!_script.HasExited) _script.Kill(entireProcessTree: true);
        _script.Dispose();
    }

    private string Tail() => Seen is { Length: > 2000 } seen ? seen[^2000..] : Seen;

    private async Task ReadAsync()
    {
        char[] buffer = new char[4096];
        while (await _script.StandardOutput.ReadAsync(buffer) is > 0 and var count)
        {
            TaskCompletionSource more;
            lock (_seen)
            {
                _seen.Append(buffer, 0, count);
                (more, _more) = (_more, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            more.SetResult();
        }
    }
}
