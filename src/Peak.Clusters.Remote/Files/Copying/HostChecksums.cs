using System.Text;
using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files.Protocol;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>
/// SHA-256 of files, made on their host: by one shell there, which is started when it is first asked, and gets their names as its input.
/// While it works on some, the next are collected: a program is started for many at once.
/// </summary>
internal sealed class HostChecksums(IConnection connection, SftpClient client) : IAsyncDisposable
{
    /// <summary>How many files are asked for at once: a program takes so many arguments of any length.</summary>
    private const int MostAtOnce = 64;

    /// <summary>More than a line of it ever has: a checksum, and a path of which all may be escaped.</summary>
    private const int LongestLine = 16 << 10;

    /// <summary>How many bytes a start-up file of the login shell may say before.</summary>
    private const int MostWords = 64 << 10;

    private const int LongestWords = 60;
    private const string Ready = "peak: ready", None = "peak: none", Unreadable = "-";
    private static readonly TimeSpan EndingLimit = TimeSpan.FromSeconds(10);
    private static readonly string Line = ShellText.ToCommandLine("sh", ShellText.Load("checksums.sh"));

    private readonly Lock _gate = new();
    private readonly Queue<(string Path, TaskCompletionSource<string> Answer)> _waiting = [];
    private readonly Queue<TaskCompletionSource<string>> _asked = [];
    private ICommandChannel? _channel;
    private Task _asking = Task.CompletedTask, _reading = Task.CompletedTask;
    private string _home = "";
    private Exception? _fault;
    private bool _isAsking;

    /// <summary>Whether the contents of a file on the host have a checksum; not where there is no such file, or it can't be read.</summary>
    /// <exception cref="SftpException">The host makes no checksums.</exception>
    public async Task<bool> IsAsync(string path, byte[] sum, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_fault is not null) throw RequestWindow.Again(_fault);
            _waiting.Enqueue((path, answer));
            if (!_isAsking)
            {
                _isAsking = true;
                _asking = Task.Run(() => AskAsync(stop), CancellationToken.None);
            }
        }

        return await answer.Task.WaitAsync(stop).ConfigureAwait(false) == Convert.ToHexStringLower(sum);
    }

    public async ValueTask DisposeAsync()
    {
        bool isIdle;
        lock (_gate) isIdle = _asked.Count == 0;
        if (!isIdle) _channel?.Stop(force: true);
        await _asking.ConfigureAwait(false);
        if (_channel is null) return;
        await _channel.StandardInput.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAny(_reading, Task.Delay(EndingLimit)).ConfigureAwait(false);
        await _channel.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Asks until nobody waits any more.</summary>
    private async Task AskAsync(CancellationToken stop)
    {
        try
        {
            _channel ??= await StartAsync(stop).ConfigureAwait(false);
            while (true)
            {
                (string Path, TaskCompletionSource<string> Answer)[] group;
                lock (_gate)
                {
                    group = new (string, TaskCompletionSource<string>)[Math.Min(_waiting.Count, MostAtOnce)];
                    for (int i = 0; i < group.Length; i++) group[i] = _waiting.Dequeue();
                    _isAsking = group.Length > 0;
                    if (!_isAsking) return;
                }

                // A name of several lines is asked for by itself.
                foreach (var odd in group.Where(one => IsOdd(one.Path)))
                    await AskAsync([odd], $"0\n{odd.Path.AsSpan().Count('\n') + 1}\n", stop).ConfigureAwait(false);
                group = [.. group.Where(one => !IsOdd(one.Path))];
                if (group.Length > 0) await AskAsync(group, $"{group.Length}\n", stop).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }

        static bool IsOdd(string path) => path.Contains('\n', StringComparison.Ordinal);
    }

    private async Task AskAsync((string Path, TaskCompletionSource<string> Answer)[] group, string head, CancellationToken stop)
    {
        var question = new StringBuilder(head);
        foreach (var (path, _) in group) question.Append(path[0] == '/' ? path : HostPath.Join(_home, path)).Append('\n');
        lock (_gate)
        {
            foreach (var (_, answer) in group)
            {
                if (_fault is null) _asked.Enqueue(answer);
                else answer.TrySetException(RequestWindow.Again(_fault));
            }
        }

        try
        {
            await _channel!.StandardInput.WriteAsync(ByteText.GetBytes(question.ToString()), stop).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Why it ended is what is read.
        }

        foreach (var (_, answer) in group)
            await ((Task)answer.Task.WaitAsync(stop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }

    private async ValueTask<ICommandChannel> StartAsync(CancellationToken stop)
    {
        // A command may begin in another folder than the server of files.
        _home = await client.RealPathAsync(".", stop).ConfigureAwait(false);
        try
        {
            var command = RemoteCommand.Shell(Line) with { Input = CommandInput.Interactive };
            var channel = await connection.StartAsync(command, stop).ConfigureAwait(false);
            _reading = ReadAsync(channel);
            return channel;
        }
        catch (ChannelNotSupportedException e)
        {
            throw Impossible(e.Message);
        }
    }

    private void Fail(Exception fault)
    {
        lock (_gate)
        {
            _fault ??= fault;
            foreach (var answer in _asked.Concat(_waiting.Select(one => one.Answer))) answer.TrySetException(RequestWindow.Again(_fault));
            _asked.Clear();
            _waiting.Clear();
            _isAsking = false;
        }
    }

    /// <summary>Reads to the end, and finds out why it ended: whoever still waits, or asks later, is told.</summary>
    private async Task ReadAsync(ICommandChannel channel)
    {
        try
        {
            var errors = channel.StandardError.CopyToAsync(Stream.Null);
            string? said = await TakeAllAsync(channel.StandardOutput).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            var outcome = await channel.WaitAsync().ConfigureAwait(false);
            Fail(outcome is HostOutcome.Unreachable lost
                ? new ConnectionException(lost)
                : Impossible(said is null ? $"its 'sh' {outcome.Describe()}" : Said(said)));
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <returns>What was said in place of all that was expected; null where nothing was.</returns>
    /// <exception cref="SftpException">What came can't be.</exception>
    private async Task<string?> TakeAllAsync(Stream output)
    {
        byte[] buffer = new byte[LongestLine];
        int length = 0, words = 0;
        string? said = null;
        bool isReady = false;
        while (await output.ReadAsync(buffer.AsMemory(length)).ConfigureAwait(false) is > 0 and var count)
        {
            length += count;
            int end;
            while ((end = buffer.AsSpan(0, length).IndexOf((byte)'\n')) >= 0 || length == buffer.Length)
            {
                if (end < 0) end = length - 1;
                string line = Encoding.UTF8.GetString(buffer.AsSpan(0, end)).TrimEnd('\r');
                buffer.AsSpan((end + 1)..length).CopyTo(buffer);
                length -= end + 1;
                words += end + 1;
                if (line == None) throw Impossible("it has none of sha256sum, shasum, sha256 and openssl");
                if (isReady) Take(line);
                else if (line == Ready) isReady = true;
                else if (words > MostWords) throw Impossible(Said(said ?? line));
                else said ??= line;
            }
        }

        return isReady ? null : said;
    }

    private void Take(string line)
    {
        const int Length = 64;
        string sum = line.TrimStart('\\').Split(' ')[0];
        if (sum != Unreadable && (sum.Length != Length || !sum.All(char.IsAsciiHexDigitLower)))
            throw Impossible(Said(line));
        lock (_gate)
        {
            if (!_asked.TryDequeue(out var answer)) throw Impossible("it made one that nobody asked for");
            answer.TrySetResult(sum);
        }
    }

    private static string Said(string line) => $"it says '{line[..Math.Min(line.Length, LongestWords)]}'";

    private static SftpException Impossible(string why) =>
        new(SftpStatus.Unsupported, null, $"no checksums can be made on the host: {why}");
}
