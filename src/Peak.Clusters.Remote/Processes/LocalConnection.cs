using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Processes;

/// <summary>A connection whose commands are children of this process.</summary>
internal abstract class LocalConnection(Target target) : IConnection
{
    // One command is the rule; a list is made for the second.
    private ICommandChannel? _first;
    private List<ICommandChannel>? _more;
    private readonly Lock _gate = new();

    public Target Target => target;

    public ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        cancellationToken.ThrowIfCancellationRequested();
        if (command.Terminal is not null) throw new ChannelNotSupportedException(ChannelKind.Terminal);
        var starting = ChildChannel.StartAsync(Prepare(command));
        return starting.IsCompletedSuccessfully ? new(Keep(starting.Result)) : KeepAsync(starting);
    }

    public async ValueTask DisposeAsync()
    {
        if (_first is not null) await _first.DisposeAsync().ConfigureAwait(false);
        foreach (var channel in _more ?? []) await channel.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The program that runs a command.</summary>
    /// <exception cref="ConnectionException">There can be none.</exception>
    protected abstract ChildStart Prepare(RemoteCommand command);

    private async ValueTask<ICommandChannel> KeepAsync(ValueTask<ICommandChannel> starting) => Keep(await starting.ConfigureAwait(false));

    private ICommandChannel Keep(ICommandChannel channel)
    {
        if (Interlocked.CompareExchange(ref _first, channel, null) is null) return channel;
        lock (_gate) (_more ??= []).Add(channel);
        return channel;
    }
}
