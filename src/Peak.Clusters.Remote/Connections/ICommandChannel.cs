namespace Peak.Clusters.Remote.Connections;

/// <summary>A command that runs on a target.</summary>
public interface ICommandChannel : IStoppable, IAsyncDisposable
{
    /// <summary>
    /// What the command reads, to be written at any time; disposing of the stream is the end of input. Only where
    /// <see cref="RemoteCommand.Input"/> is <see cref="CommandInput.Interactive"/>; else the input is fed by itself, and what is written
    /// here is lost.
    /// </summary>
    Stream StandardInput { get; }

    /// <summary>
    /// The command's standard output, to its end. A stream that waits for data on a read of zero bytes, as pipes and sockets do, needs
    /// no buffer while its host is silent. Outputs may share one flow: whoever needs both must read both at once.
    /// </summary>
    Stream StandardOutput { get; }

    /// <summary>The command's standard error, to its end.</summary>
    Stream StandardError { get; }

    /// <summary>
    /// Waits for the command's end: <see cref="HostOutcome.MayStillRun"/> where it was stopped and is not known to have ended. Called
    /// once, after both outputs have ended.
    /// </summary>
    ValueTask<HostOutcome> WaitAsync();

    /// <summary>
    /// Sends a signal to the command, as far as the host allows; nobody says whether it arrived. An sshd before OpenSSH 9.8 sends none to
    /// a command of root's, and none knows all signals. To end a command use <see cref="IStoppable.Stop"/>, which needs neither.
    /// </summary>
    /// <param name="name">The name of the signal without <c>SIG</c>: <c>INT</c>, <c>HUP</c>, <c>USR1</c>.</param>
    /// <exception cref="ArgumentException">There is no such signal.</exception>
    /// <exception cref="ChannelNotSupportedException">This kind of connection passes no signals on.</exception>
    void SendSignal(string name);

    /// <summary>Tells a command on a terminal (<see cref="RemoteCommand.Terminal"/>) that the terminal has another size.</summary>
    /// <param name="size">The size.</param>
    /// <exception cref="ChannelNotSupportedException">The command has no terminal.</exception>
    void Resize(TerminalSize size) => throw new ChannelNotSupportedException(ChannelKind.Terminal);
}
