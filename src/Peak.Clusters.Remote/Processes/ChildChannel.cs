using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote.Processes;

/// <summary>A child process of ours as the channel of a command.</summary>
internal sealed class ChildChannel(ChildProcess child) : ICommandChannel
{
    public Stream StandardInput => child.StandardInput;

    public Stream StandardOutput => child.StandardOutput;

    public Stream StandardError => child.StandardError;

    /// <summary>Starts a program.</summary>
    /// <exception cref="ConnectionException">It can't be started.</exception>
    public static ValueTask<ICommandChannel> StartAsync(in ChildStart start)
    {
        if (EventLoop.Current is null) return StartElsewhereAsync(start);
        try
        {
            return new(new ChildChannel(ChildProcess.Start(start)));
        }
        catch (IOException e)
        {
            throw CannotStart(e);
        }
    }

    public ValueTask<HostOutcome> WaitAsync() => child.WaitAsync();

    public void Stop(bool force) => child.Stop(force);

    public void SendSignal(string name) => child.SendSignal(name);

    public ValueTask DisposeAsync() => child.DisposeAsync();

    /// <summary>For callers that are on no event loop: children belong to one.</summary>
    private static async ValueTask<ICommandChannel> StartElsewhereAsync(ChildStart start)
    {
        try
        {
            var child = await EventLoop.Shared.InvokeAsync(() => new ValueTask<ChildProcess>(ChildProcess.Start(start)))
                .ConfigureAwait(false);
            return new ChildChannel(child);
        }
        catch (IOException e)
        {
            throw CannotStart(e);
        }
    }

    private static ConnectionException CannotStart(IOException e) =>
        new(new HostOutcome.NotStarted(NotStartedReason.CannotStart, e.Message), e);
}
