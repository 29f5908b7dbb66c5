using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh.Connecting;
using Peak.Clusters.Remote.OpenSsh.Ending;
using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.OpenSsh.Separate;

/// <summary>No connection in common: an <c>ssh</c> for each channel.</summary>
/// <param name="target">The target.</param>
/// <param name="arguments">How ssh is called.</param>
/// <param name="settings">What the user's configuration says.</param>
/// <param name="logFolder">Gives the folder for what each ssh says of itself.</param>
/// <param name="refusal">How the host refused a channel over a shared connection; null where it did not.</param>
/// <param name="time">The clock.</param>
internal sealed class SeparateConnection(
    Target target, SshArguments arguments, SettingsCache settings, Func<string> logFolder, string? refusal, TimeProvider time)
    : IConnection
{
    private static readonly string[] NoSharing = ["-S", "none", "-oClearAllForwardings=yes"];

    /// <summary>How soon, and then how often, it is looked whether an ssh has logged in.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(10), Look = TimeSpan.FromMilliseconds(100);
    private static int _logs;
    private readonly Lock _gate = new();
    private readonly List<IAsyncDisposable> _channels = [];

    public Target Target => target;

    public bool IsEstablished { get; private set; }

    public async ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Terminal is not null)
        {
            throw new ChannelNotSupportedException(
                ChannelKind.Terminal, "An ssh of its own has no terminal here; a shared connection has.");
        }

        string mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var marked = StopScript.Marked(command, mark);
        string line = LoginShellLine.Of(marked, [.. marked.Environment.Keys]);
        var (ssh, log) = await LogInAsync([], line, command.FullInput, OpenStopper, cancellationToken).ConfigureAwait(false);
        return Keep(new SeparateCommand(ssh, log, refusal, OpenStopper, time));

        Stopper OpenStopper() => new Stopper.OverSsh(
            arguments.Program,
            ["-T", .. NoSharing, "-oConnectTimeout=10", .. arguments.ForConnecting(target)],
            StopScript.ForMark(mark, command.RunsAs));
    }

    public async ValueTask<DuplexStream> OpenSubsystemAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var (ssh, log) = await LogInAsync(["-s"], name, CommandInput.Interactive, null, cancellationToken).ConfigureAwait(false);
        return Keep(new ChildStream(ssh, () => SshLog.Delete(log)));
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

    /// <summary>Starts an ssh, and waits until it has logged in: just before it asks for what it is to run.</summary>
    /// <param name="options">What is asked of ssh besides.</param>
    /// <param name="line">What it is to run.</param>
    /// <param name="input">What that reads.</param>
    /// <param name="openStopper">
    /// Starts another, which ends what may have begun when ssh was killed; null where ssh's end is its end.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The ssh, and the file to which it writes its own words.</returns>
    private async ValueTask<(ICommandChannel Ssh, string Log)> LogInAsync(
        string[] options, string line, CommandInput input, Func<Stopper>? openStopper, CancellationToken cancellationToken)
    {
        var known = await settings.OfAsync(target, cancellationToken).ConfigureAwait(false);
        (ICommandChannel Ssh, string Log) loggedIn = default;
        return await DropRetry.RunAsync(_ => AttemptAsync(), time, cancellationToken).ConfigureAwait(false) is { } failure
            ? throw new ConnectionException(failure)
            : loggedIn;

        async Task<HostOutcome?> AttemptAsync()
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (log, sign) = MakeFiles();
            string[] words =
            [
                arguments.Program, "-T", .. NoSharing, "-E", log, .. Telling(known), .. Signing(known, sign),
                .. SshArguments.ForKeeping(known), .. options, .. arguments.ForConnecting(target), line,
            ];
            var ssh = await ChildChannel.StartAsync(new(words, input, Environment(known))).ConfigureAwait(false);
            bool given = false, killed = false;
            try
            {
                var ended = ssh.WaitAsync().AsTask();
                using (cancellationToken.Register(() =>
                {
                    if (!File.Exists(sign)) return; // the command may have begun: it is ended in an orderly way
                    killed = true;
                    ssh.Stop(force: true);
                }))
                {
                    // It is a program that is waited for, whatever clock the run has.
                    for (var pause = FirstLook; !ended.IsCompleted && File.Exists(sign); pause = pause * 2 < Look ? pause * 2 : Look)
                        await Task.WhenAny(ended, Task.Delay(pause, CancellationToken.None)).ConfigureAwait(false);
                }

                if (killed)
                {
                    await ended.ConfigureAwait(false);
                    if (File.Exists(sign)) throw new OperationCanceledException(cancellationToken);
                    // It may have sent the command in that very moment.
                    if (openStopper is not null) await EndAsync(openStopper).ConfigureAwait(false);
                }

                given = !File.Exists(sign)
                    || (ended.IsCompleted && await ended.ConfigureAwait(false) is HostOutcome.Exited { Status: not SshLog.Failed });
                if (given)
                {
                    IsEstablished = true;
                    loggedIn = (ssh, log);
                    return null;
                }

                // An ssh to a jump host, or another program on the way, has no log.
                string others = await SshProgram.ReadWordsAsync(ssh.StandardError).ConfigureAwait(false);
                return SshFailure.ToOutcome(SshLog.Failed, $"{others}\n{await SshLog.ReadAsync(log).ConfigureAwait(false)}");
            }
            finally
            {
                if (!given)
                {
                    await ssh.DisposeAsync().ConfigureAwait(false);
                    SshLog.Delete(log);
                }

                SshLog.Delete(sign);
            }
        }
    }

    /// <summary>The file for ssh's words, and the one that it removes when it is logged in.</summary>
    /// <exception cref="ConnectionException">They can't be made: this machine's fault, not the host's.</exception>
    private (string Log, string Sign) MakeFiles()
    {
        try
        {
            string log = Path.Join(logFolder(), Interlocked.Increment(ref _logs).ToString(CultureInfo.InvariantCulture));
            string sign = log + ".sign";
            File.Create(sign).Dispose();
            return (log, sign);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectionException(new HostOutcome.NotStarted(NotStartedReason.CannotStart, e.Message), e);
        }
    }

    /// <exception cref="ConnectionException">It may still run.</exception>
    private async Task EndAsync(Func<Stopper> openStopper)
    {
        var stopper = openStopper();
        await using (stopper.ConfigureAwait(false))
        {
            if (await CommandEnding.EndAsync(stopper, time).ConfigureAwait(false)) return;
        }

        throw new ConnectionException(HostOutcome.MayStillRun.Instance);
    }

    private static string[] Telling(SshSettings known) => known.MayLogVerbosely ? [SshFailure.TellsOfRefusal] : [];

    /// <summary>
    /// Has ssh remove a file as soon as it is logged in, which works on a full disk, too; the user's own <c>LocalCommand</c> goes first.
    /// Nothing else tells: at a log level at which ssh says so, it shows banners among the command's errors.
    /// </summary>
    private static string[] Signing(SshSettings known, string sign)
    {
        string mine = RemoteCommand.Program("rm", "-f", sign.Replace("%", "%%", StringComparison.Ordinal)).ToCommandLine();
        return ["-oPermitLocalCommand=yes", "-oLocalCommand=" + (known.LocalCommand is { } users ? $"{users}; {mine}" : mine)];
    }

    /// <summary>The shell for that: a user without one may use ssh, too.</summary>
    private static FrozenDictionary<string, string> Environment(SshSettings known) => known.LocalCommand is null && !known.IsBehindAnother
        ? new Dictionary<string, string> { ["SHELL"] = "/bin/sh" }.ToFrozenDictionary()
        : FrozenDictionary<string, string>.Empty;

    private T Keep<T>(T channel)
        where T : IAsyncDisposable
    {
        lock (_gate) _channels.Add(channel);
        return channel;
    }
}
