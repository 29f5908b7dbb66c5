using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh.Connecting;
using Peak.Clusters.Remote.OpenSsh.Multiplexing;
using Peak.Clusters.Remote.OpenSsh.Separate;
using Peak.Clusters.Remote.OpenSsh.Sharing;

namespace Peak.Clusters.Remote.OpenSsh;

/// <summary>
/// Reaches targets by the user's own OpenSSH, with all its configuration: ssh_config, agent, certificates, jump hosts, Kerberos, hardware
/// keys. One <c>ssh</c> a host makes the connection and keeps it for a while; channels are opened over it by OpenSSH's multiplexing
/// protocol. So the exit status is always the command's own, and ssh's words are never taken for the host's.
/// </summary>
/// <remarks>
/// It never asks anything: a host whose key is not known, or that wants a password, has an outcome that says so. Host keys are accepted
/// as the user's configuration says (<c>StrictHostKeyChecking</c>).
/// </remarks>
[UnsupportedOSPlatform("windows")]
public sealed class OpenSshConnector : IConnector
{
    /// <summary>How many connections to one host there may be because several are asked for at once.</summary>
    private const int Slots = 16;

    private readonly OpenSshOptions _options;
    private readonly TimeProvider _time;
    private readonly SshArguments _arguments;
    private readonly SettingsCache _settings;
    private readonly MasterStarter _masters;
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly string _key;
    private LogFolder? _logs;
    private int _kept;
    private long _counted;
    private volatile bool _disposed;

    /// <summary>Makes the connector, and its folder of control sockets.</summary>
    /// <param name="options">How <c>ssh</c> is used; the defaults of <see cref="OpenSshOptions"/> where null.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <exception cref="IOException">
    /// The folder of control sockets can't be used; without <see cref="OpenSshOptions.Multiplex"/> there is none.
    /// </exception>
    public OpenSshConnector(OpenSshOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new();
        _time = timeProvider ?? TimeProvider.System;
        _folder = _options.Multiplex ? RuntimeFolder.Open(_options.RuntimeFolder) : "";
        if (_options.Multiplex) ControlSocket.RemoveLeftovers(_folder);
        _kept = CountKept();
        _counted = _time.GetTimestamp();
        _arguments = new(_options);
        _settings = new(_arguments);
        _masters = new(_arguments, _settings, _time);
        _key = string.Join(
            '\0', [_options.Program, _options.ConfigFile ?? "", .. _options.Options, .. _arguments.ConfigurationFiles.Select(Age)]);
    }

    /// <inheritdoc/>
    public int DescriptorsPerTarget => 10;

    /// <inheritdoc/>
    public int? ConnectionsAtOnce => Math.Max(4, 2 * Environment.ProcessorCount);

    /// <inheritdoc/>
    public async ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (SshArguments.FaultOf(target) is { } fault) throw new ConnectionException(fault);
        if (!_options.Multiplex || Take(target) is not { } socket) return Separate(target, null);
        ControlSocket? unused = socket;
        try
        {
            var kept = _settings.Kept(socket);
            // The agent that a connection passes on is the one it was made with.
            if (kept is { ForwardAgent: true } && kept.Agent != SshSettings.AgentHere) await socket.TerminateAsync().ConfigureAwait(false);
            if (await ReuseAsync(socket, cancellationToken).ConfigureAwait(false) is { } reused)
            {
                socket.Keep = _options.Persist > TimeSpan.Zero;
                MuxChannel? channelOver = reused;
                try
                {
                    kept ??= await _settings.OfCommandsAsync(socket, target, cancellationToken).ConfigureAwait(false);
                    unused = null;
                    var connectionOver = Shared(target, socket, reused, kept);
                    channelOver = null;
                    return connectionOver;
                }
                finally
                {
                    if (channelOver is not null) await channelOver.DisposeAsync().ConfigureAwait(false);
                }
            }

            var settings = await _settings.OfCommandsAsync(socket, target, cancellationToken).ConfigureAwait(false);
            socket.Keep = _options.Persist > TimeSpan.Zero && MayKeepOneMore();
            TimeSpan? persist = socket.Keep ? _options.Persist : null;
            if (await _masters.StartAsync(socket, target, settings, persist, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                return await BorrowAsync(target, failure, settings, cancellationToken).ConfigureAwait(false)
                    ?? throw new ConnectionException(failure);
            }

            var connection = await socket.ConnectAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new IOException("The connection was lost as soon as it was made.");
            var channel = await MuxChannel.OpenAsync(connection, shared: false, null, cancellationToken).ConfigureAwait(false);
            unused = null;
            return Shared(target, socket, channel, settings);
        }
        catch (MuxException e)
        {
            // A connection of its own may do: MaxSessions, say.
            return Separate(target, e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            // A folder in the place of a file, say: this machine's fault, not the host's.
            throw new ConnectionException(new HostOutcome.NotStarted(NotStartedReason.CannotStart, e.Message), e);
        }
        catch (IOException e) when (e is not ConnectionException)
        {
            socket.Keep = false;
            throw new ConnectionException(new HostOutcome.Unreachable(HostFailure.ConnectionLost, e.Message), e);
        }
        finally
        {
            if (unused is not null) await unused.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes the connections that are kept, and waits until they are closed. Those in use stay.</summary>
    /// <param name="options">Says where they are, by <see cref="OpenSshOptions.RuntimeFolder"/>.</param>
    /// <returns>How many were closed.</returns>
    /// <exception cref="IOException">The folder of control sockets can't be used.</exception>
    public static async Task<int> DisconnectAsync(OpenSshOptions? options = null)
    {
        int count = 0;
        string folder = RuntimeFolder.Open(options?.RuntimeFolder);
        ControlSocket.RemoveLeftovers(folder);
        foreach (string path in Directory.EnumerateFiles(folder, "*.sock"))
        {
            if (ControlSocket.TryTake(path) is not { } socket) continue;
            await using var held = socket;
            if (await socket.TerminateAsync().ConfigureAwait(false)) count++;
        }

        return count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        _logs?.Dispose();
        _logs = null;
        return default;
    }

    private SharedConnection Shared(Target target, ControlSocket socket, MuxChannel channel, SshSettings settings) =>
        new(target, socket.Path, socket, channel, settings, refusal => Separate(target, refusal), _time);

    private SeparateConnection Separate(Target target, string? refusal) => new(target, _arguments, _settings, LogsPath, refusal, _time);

    /// <summary>
    /// Whether there is room for one more connection that is kept. Those that have expired are counted out, at most once a second.
    /// </summary>
    private bool MayKeepOneMore()
    {
        lock (_gate)
        {
            if (_kept >= _options.MaxPersisting && _time.GetElapsedTime(_counted) > TimeSpan.FromSeconds(1))
            {
                _kept = CountKept();
                _counted = _time.GetTimestamp();
            }

            return _kept < _options.MaxPersisting && _kept++ >= 0;
        }
    }

    private int CountKept() => _options.Multiplex ? Directory.EnumerateFiles(_folder, "*.sock").Count() : 0;

    /// <summary>A channel over the connection that is there already; null where there is none, or it leads nowhere any more.</summary>
    private async ValueTask<MuxChannel?> ReuseAsync(ControlSocket socket, CancellationToken cancellationToken)
    {
        if (!File.Exists(socket.Path)) return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = _time.CreateTimer(
            source => ((CancellationTokenSource)source!).Cancel(), limit, _options.ReuseTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            if (await socket.ConnectAsync(limit.Token).ConfigureAwait(false) is not { } connection) return null;
            return await MuxChannel.OpenAsync(connection, shared: false, null, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EndOfStreamException or OperationCanceledException)
        {
            await socket.TerminateAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>
    /// The user's own shared connection to a host that did not let us in: it may have been opened with a password or a second factor.
    /// Null where there is none.
    /// </summary>
    private async ValueTask<SharedConnection?> BorrowAsync(
        Target target, HostOutcome failure, SshSettings settings, CancellationToken cancellationToken)
    {
        if (failure is not HostOutcome.Unreachable { Failure: HostFailure.Authentication }) return null;
        var asked = await _settings.AskAsync(target, cancellationToken).ConfigureAwait(false);
        if (asked.ControlPath is not { } path || !File.Exists(path)) return null;
        try
        {
            var connection = await MuxConnection.ConnectAsync(path, cancellationToken).ConfigureAwait(false);
            var channel = await MuxChannel.OpenAsync(connection, shared: true, null, cancellationToken).ConfigureAwait(false);
            return new(target, path, null, channel, settings, refusal => Separate(target, refusal), _time);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The right to a connection of our own to the target; null where too many are in use.</summary>
    private ControlSocket? Take(Target target)
    {
        byte[] hash = SHA256.HashData(ByteText.GetBytes($"{_key}\0{target.Host}\0{target.User}\0{target.Port}"));
        string name = Path.Join(_folder, Convert.ToHexStringLower(hash.AsSpan(0, 10)));
        for (int slot = 0; slot < Slots; slot++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{name}{(char)('a' + slot)}.sock");
            if (ControlSocket.TryTake(path) is { } socket) return socket;
        }

        return null;
    }

    private string LogsPath()
    {
        lock (_gate) return (_logs ??= LogFolder.Make()).Path;
    }

    /// <summary>A configuration that was changed is another one: connections made by the old one are not used.</summary>
    private static string Age(string file) => File.GetLastWriteTimeUtc(file).Ticks.ToString(CultureInfo.InvariantCulture);
}
