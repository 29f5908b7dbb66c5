using System.Text;
using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>
/// SHA-256 of files, made on their host: by one shell there, which is started when it is first asked, and gets their names as its input.
/// </summary>
internal sealed class HostChecksums(IConnection connection, SftpClient client) : IAsyncDisposable
{
    /// <summary>More than a line of it ever has.</summary>
    private const int LongestLine = 1024;

    /// <summary>How many bytes a start-up file of the login shell may say before.</summary>
    private const int MostWords = 64 << 10;

    private const int LongestWords = 60;
    private const string Ready = "peak: ready", None = "peak: none", Unreadable = "-";
    private static readonly TimeSpan EndingLimit = TimeSpan.FromSeconds(10);
    private static readonly string Line = ShellText.ToCommandLine("sh", ShellText.Load("checksums.sh"));

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Queue<TaskCompletionSource<string>> _asked = [];
    private ICommandChannel? _channel;
    private Task _reading = Task.CompletedTask;
    private string _home = "";
    private SftpException? _fault;

    /// <summary>Whether the contents of a file on the host have a checksum; not where there is no such file, or it can't be read.</summary>
    /// <exception cref="SftpException">The host makes no checksums.</exception>
    public async Task<bool> IsAsync(string path, byte[] sum, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _asking.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            _channel ??= await StartAsync(stop).ConfigureAwait(false);
            lock (_asked)
            {
                if (_fault is not null) throw Again(_fault);
                _asked.Enqueue(answer);
            }

            await _channel.StandardInput.WriteAsync(Question(path), stop).ConfigureAwait(false);
        }
        catch (IOException e) when (e is not SftpException)
        {
            // Why it ended is what is read.
        }
        finally
        {
            _asking.Release();
        }

        return await answer.Task.WaitAsync(stop).ConfigureAwait(false) == Convert.ToHexStringLower(sum);
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is not null)
        {
            bool isIdle;
            lock (_asked) isIdle = _asked.Count == 0;
            if (!isIdle) _channel.Stop(force: true);
            await _channel.StandardInput.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAny(_reading, Task.Delay(EndingLimit)).ConfigureAwait(false);
            await _channel.DisposeAsync().ConfigureAwait(false);
        }

        _asking.Dispose();
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
            throw new SftpException(SftpStatus.Unsupported, null, $"no checksums can be made on the host: {e.Message}", e);
        }
    }

    private byte[] Question(string path)
    {
        if (path[0] != '/') path = HostPath.Join(_home, path);
        return ByteText.GetBytes($"{path.AsSpan().Count('\n') + 1}\n{path}\n");
    }

    /// <summary>Reads to the end, and finds out why it ended: whoever still waits, or asks later, is told.</summary>
    private async Task ReadAsync(ICommandChannel channel)
    {
        SftpException fault;
        try
        {
            var errors = channel.StandardError.CopyToAsync(Stream.Null);
            string? said = await TakeAllAsync(channel.StandardOutput).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            var outcome = await channel.WaitAsync().ConfigureAwait(false);
            fault = outcome is HostOutcome.Unreachable
                ? new(SftpStatus.ConnectionLost, null, outcome.Describe())
                : Impossible(said is null ? $"its 'sh' {outcome.Describe()}" : Said(said));
        }
        catch (SftpException e)
        {
            fault = e;
        }
        catch (Exception e)
        {
            fault = new(SftpStatus.ConnectionLost, null, e.Message, e);
        }

        lock (_asked)
        {
            _fault = fault;
            foreach (var answer in _asked) answer.TrySetException(Again(fault));
            _asked.Clear();
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
        string sum = line.Split(' ')[0];
        if (sum != Unreadable && (sum.Length != Length || !sum.All(char.IsAsciiHexDigitLower)))
            throw Impossible(Said(line));
        lock (_asked)
        {
            if (!_asked.TryDequeue(out var answer)) throw Impossible("it made one that nobody asked for");
            answer.TrySetResult(sum);
        }
    }

    private static string Said(string line) => $"it says '{line[..Math.Min(line.Length, LongestWords)]}'";

    private static SftpException Impossible(string why) =>
        new(SftpStatus.Unsupported, null, $"no checksums can be made on the host: {why}");

    /// <summary>An exception is thrown once only.</summary>
    private static SftpException Again(SftpException fault) => new(fault.Status, fault.Path, fault.Message, fault);
}
