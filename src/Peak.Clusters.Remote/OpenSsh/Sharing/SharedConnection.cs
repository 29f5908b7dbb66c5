using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh.Ending;
using Peak.Clusters.Remote.OpenSsh.Multiplexing;
using Peak.Clusters.Remote.OpenSsh.Separate;

namespace Peak.Clusters.Remote.OpenSsh.Sharing;

/// <summary>
/// A connection by the control socket of a master: one of ours, to which we have the only right, or one of the user's own.
/// </summary>
/// <remarks>
/// A command over a connection of ours runs exactly as it was given, and is ended by ending all that runs over the connection. So a
/// command that begins while other channels are open gets a mark in its environment, by which it is found among them; and while one
/// without a mark runs, no other channel is opened.
/// </remarks>
internal sealed class SharedConnection : IConnection
{
    private readonly string _path;
    private readonly ControlSocket? _own;
    private readonly SshSettings _settings;
    private readonly Func<string, SeparateConnection> _separate;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<(IAsyncDisposable Channel, MuxChannel? Mux)> _channels = [];
    private MuxChannel? _first;
    private MuxChannel? _unmarked;
    private bool _startsUnmarked;
    private int _opening;

    /// <param name="target">The target.</param>
    /// <param name="path">The control socket.</param>
    /// <param name="own">Our right to it, given back in the end; null where it is the user's own.</param>
    /// <param name="first">A channel that was opened to see whether the connection leads anywhere; the first command's.</param>
    /// <param name="settings">What the configuration says about commands.</param>
    /// <param name="separate">Makes a connection without a master, for a host that refuses a channel with these words.</param>
    /// <param name="time">The clock.</param>
    public SharedConnection(
        Target target,
        string path,
        ControlSocket? own,
        MuxChannel first,
        SshSettings settings,
        Func<string, SeparateConnection> separate,
        TimeProvider time)
    {
        Target = target;
        _path = path;
        _own = own;
        _first = first;
        _settings = settings;
        _separate = separate;
        _time = time;
    }

    public Target Target { get; }

    public async ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        string? mark = HasOthers(ChannelKind.Command, andStartsUnmarked: true) ? NewMark() : null;
        MuxChannel? channel = null;
        Stream? input = null;
        ICommandChannel? started = null;
        try
        {
            input = OpenInput(command);
            channel = await OpenAsync(null, cancellationToken).ConfigureAwait(false);
            var marked = mark is null ? command : StopScript.Marked(command, mark);
            await channel.ExecuteAsync(ToRequest(marked, input), cancellationToken).ConfigureAwait(false);
            started = new SharedCommand(
                channel, command, (watches, cancel) => OpenStopperAsync(mark, command, watches, cancel), NotToBeKept, _time);
        }
        catch (MuxException e)
        {
            // Nothing was started. A connection of its own may do: MaxSessions, say.
            started = await _separate(e.Message).StartAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            NotToBeKept();
            throw new ConnectionException(HostOutcome.MayStillRun.Instance);
        }
        catch (IOException e) when (e is not ConnectionException)
        {
            NotToBeKept();
            throw new ConnectionException(new HostOutcome.Unreachable(HostFailure.ConnectionLost, e.Message), e);
        }
        finally
        {
            if (started is not SharedCommand)
            {
                if (channel is not null) await channel.DisposeAsync().ConfigureAwait(false);
                input?.Dispose();
                channel = null;
            }

            lock (_gate)
            {
                _opening--;
                if (started is not null) _channels.Add((started, channel));
                if (mark is null) (_unmarked, _startsUnmarked) = (channel, false);
            }
        }

        return started;
    }

    public async ValueTask<DuplexStream> OpenSubsystemAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return await OpenStreamAsync(
            ChannelKind.Subsystem, null, channel => channel.StartSubsystemAsync(name, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask<DuplexStream> OpenSocketAsync(EndPoint address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address is not (UnixDomainSocketEndPoint or DnsEndPoint or IPEndPoint))
            throw new ChannelNotSupportedException(ChannelKind.Socket);
        return await OpenStreamAsync(
            ChannelKind.Socket,
            address,
            channel =>
            {
                channel.StartStream();
                return default;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable[] channels;
        lock (_gate)
        {
            channels = [.. _channels.Select(channel => channel.Channel)];
            _channels.Clear();
        }

        foreach (var channel in channels) await channel.DisposeAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _first, null) is { } unused) await unused.DisposeAsync().ConfigureAwait(false);
        if (_own is not null) await _own.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<DuplexStream> OpenStreamAsync(
        ChannelKind kind, EndPoint? address, Func<MuxChannel, ValueTask> start, CancellationToken cancellationToken)
    {
        HasOthers(kind, andStartsUnmarked: false);
        MuxChannel? channel = null;
        try
        {
            channel = await OpenAsync(address, cancellationToken).ConfigureAwait(false);
            await start(channel).ConfigureAwait(false);
            var stream = new MuxStream(channel);
            lock (_gate) _channels.Add((stream, channel));
            return stream;
        }
        catch (Exception e)
        {
            if (channel is not null) await channel.DisposeAsync().ConfigureAwait(false);
            throw e switch
            {
                MuxException => new ConnectionException(new HostOutcome.Unreachable(HostFailure.Other, e.Message), e),
                EndOfStreamException => new ConnectionException(new HostOutcome.Unreachable(HostFailure.ConnectionLost, e.Message), e),
                TimeoutException => new OperationCanceledException(e.Message, e, cancellationToken),
                _ => e,
            };
        }
        finally
        {
            lock (_gate) _opening--;
        }
    }

    /// <summary>
    /// Whether other channels are open or being opened, so that a command needs a mark; counts this one among them; refuses a channel
    /// beside a command that has none.
    /// </summary>
    private bool HasOthers(ChannelKind kind, bool andStartsUnmarked)
    {
        lock (_gate)
        {
            if (_startsUnmarked || _unmarked is { IsOver: false })
            {
                throw new ChannelNotSupportedException(
                    kind,
                    "A command runs over this connection that could only be ended together with other channels: "
                    + "open those before it, or connect once more.");
            }

            _channels.RemoveAll(channel => channel.Mux is { IsOver: true });
            bool others = _own is null || _channels.Count > 0 || _opening > 0;
            _opening++;
            _startsUnmarked = andStartsUnmarked && !others;
            return others;
        }
    }

    private async ValueTask<MuxChannel> OpenAsync(EndPoint? address, CancellationToken cancellationToken)
    {
        if (address is null && Interlocked.Exchange(ref _first, null) is { } first) return first;
        try
        {
            var connection = await MuxConnection.ConnectAsync(_path, cancellationToken).ConfigureAwait(false);
            return await MuxChannel.OpenAsync(connection, shared: _own is null, address, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new EndOfStreamException("The ssh connection was lost.", e);
        }
    }

    private void NotToBeKept() => _own?.Keep = false;

    private async ValueTask<Stopper?> OpenStopperAsync(
        string? mark, RemoteCommand command, bool watches, CancellationToken cancellationToken)
    {
        var script = mark is null
            ? StopScript.ForConnection(command.RunsAs, watches)
            : StopScript.ForMark(mark, command.RunsAs, watches);
        var connection = await MuxConnection.ConnectAsync(_path, cancellationToken).ConfigureAwait(false);
        var channel = await MuxChannel.OpenAsync(connection, shared: _own is null, null, cancellationToken).ConfigureAwait(false);
        var stopper = new Stopper.OverMux(channel);
        try
        {
            var stop = new ExecRequest(_ => script.CommandLine) { InputStaysOpen = true };
            await channel.ExecuteAsync(stop, cancellationToken).ConfigureAwait(false);
            stopper.Begin(script);
            return stopper;
        }
        catch
        {
            await stopper.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static Stream? OpenInput(RemoteCommand command)
    {
        try
        {
            return command.FullInput.Open();
        }
        catch (IOException e)
        {
            throw new ConnectionException(new HostOutcome.NotStarted(NotStartedReason.CannotStart, e.Message), e);
        }
    }

    private ExecRequest ToRequest(RemoteCommand command, Stream? input) => new(refused => LoginShellLine.Of(command, refused))
    {
        Offered = _settings.Offered,
        Wanted = command.Environment,
        ForwardAgent = _settings.ForwardAgent,
        Terminal = command.Terminal,
        Input = input,
        InputStaysOpen = command.FullInput.StaysOpen,
    };

    private static string NewMark() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
}
