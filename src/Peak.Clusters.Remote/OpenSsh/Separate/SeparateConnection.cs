using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh.Connecting;
using Peak.Clusters.Remote.OpenSsh.Ending;
using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.OpenSsh.Separate;

/// <summary>No connection in common: an <c>ssh</c> for each channel.</summary>
/// <param name="target">The target.</param>
/// <param name="arguments">How ssh is called.</param>
/// <param name="logFolder">Gives the folder for what each ssh says of itself.</param>
/// <param name="refusal">How the host refused a channel over a shared connection; null where it did not.</param>
/// <param name="time">The clock.</param>
internal sealed class SeparateConnection(
    Target target, SshArguments arguments, Func<string> logFolder, string? refusal, TimeProvider time) : IConnection
{
    private static readonly string[] NoSharing = ["-S", "none", "-oClearAllForwardings=yes"];
    private static int _logs;
    private readonly Lock _gate = new();
    private readonly List<IAsyncDisposable> _channels = [];

    public Target Target => target;

    public async ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Terminal is not null)
        {
            throw new ChannelNotSupportedException(
                ChannelKind.Terminal, "An ssh of its own has no terminal here; a shared connection has.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        string mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        string log = Path.Join(logFolder(), Interlocked.Increment(ref _logs).ToString(CultureInfo.InvariantCulture));
        string[] destination = [.. arguments.ForConnecting(target)];
        var marked = StopScript.Marked(command, mark);
        string line = LoginShellLine.Of(marked, [.. marked.Environment.Keys]);
        string[] words = [arguments.Program, "-T", .. NoSharing, "-E", log, .. destination, line];
        var ssh = await ChildChannel.StartAsync(new(words, command.FullInput, FrozenDictionary<string, string>.Empty))
            .ConfigureAwait(false);
        return Keep(new SeparateCommand(ssh, log, refusal, OpenStopper, time));

        Stopper OpenStopper() => new Stopper.OverSsh(
            arguments.Program, ["-T", .. NoSharing, "-oConnectTimeout=10", .. destination], StopScript.ForMark(mark, command.RunsAs));
    }

    public async ValueTask<DuplexStream> OpenSubsystemAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        cancellationToken.ThrowIfCancellationRequested();
        string[] words = [arguments.Program, "-T", .. NoSharing, "-s", .. arguments.ForConnecting(target), name];
        var ssh = await ChildChannel.StartAsync(new(words, CommandInput.Interactive, FrozenDictionary<string, string>.Empty))
            .ConfigureAwait(false);
        return Keep(new ChildStream(ssh));
    }

    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable[] channels;
        lock (_gate)
        {
            channels = [.. _channels];
            _channels.Clear();
        }

        foreach (var channel in channels) await channel.DisposeAsync().ConfigureAwait(false);
    }

    private T Keep<T>(T channel)
        where T : IAsyncDisposable
    {
        lock (_gate) _channels.Add(channel);
        return channel;
    }
}
