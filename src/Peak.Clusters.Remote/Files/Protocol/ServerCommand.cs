using System.Text;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Files.Protocol;

/// <summary>
/// A server of files that a command on the host is, in place of sshd's subsystem. Why it ended, it says on its error output.
/// </summary>
internal sealed class ServerCommand : DuplexStream
{
    private const int MostWords = 300;

    /// <summary>How long it may take to end when it has nothing more to read.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);

    private readonly ICommandChannel _command;
    private readonly Task<string> _words;
    private readonly Lazy<Task<HostOutcome>> _ended;
    private int _disposed;

    private ServerCommand(ICommandChannel command)
    {
        _command = command;
        _words = ReadWordsAsync(command.StandardError);
        _ended = new(() => command.WaitAsync().AsTask());
    }

    /// <exception cref="ConnectionException">It can't be started, or the connection is lost.</exception>
    public static async ValueTask<ServerCommand> StartAsync(
        IConnection connection, RemoteCommand command, CancellationToken cancellationToken) =>
        new(await connection.StartAsync(command with { Input = CommandInput.Interactive }, cancellationToken).ConfigureAwait(false));

    /// <exception cref="SftpException">The command has ended.</exception>
    /// <exception cref="ConnectionException">The connection was lost.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await _command.StandardOutput.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return count > 0 || buffer.IsEmpty ? count : throw await WhyAsync().ConfigureAwait(false);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _command.StandardInput.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) { } // it has ended: who reads learns why
    }

    public override ValueTask CompleteWritesAsync() => _command.StandardInput.DisposeAsync();

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await CompleteWritesAsync().ConfigureAwait(false);
        // Nobody reads what it still says, and it must not wait for that.
        await _command.StandardOutput.DisposeAsync().ConfigureAwait(false);
        await _command.StandardError.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAny(_ended.Value, Task.Delay(EndLimit)).ConfigureAwait(false);
        await _command.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<IOException> WhyAsync()
    {
        string words = await _words.ConfigureAwait(false);
        var outcome = await _ended.Value.ConfigureAwait(false);
        return outcome is HostOutcome.Exited or HostOutcome.Signaled
            ? new SftpException(SftpStatus.Failure, null, words.Length > 0 ? words : $"the host's SFTP server ended: {outcome}")
            : new ConnectionException(outcome);
    }

    /// <summary>What it says first, on one line; the rest is read so that it does not wait.</summary>
    private static async Task<string> ReadWordsAsync(Stream error)
    {
        byte[] buffer = new byte[MostWords];
        int length = 0;
        try
        {
            byte[] rest = new byte[MostWords];
            while (await error.ReadAsync(rest).ConfigureAwait(false) is > 0 and var count)
            {
                int kept = Math.Min(count, buffer.Length - length);
                rest.AsSpan(0, kept).CopyTo(buffer.AsSpan(length));
                length += kept;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException) { }

        string[] lines = Encoding.UTF8.GetString(buffer, 0, length)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join("; ", lines);
    }
}
