using System.Runtime.InteropServices;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh.Sharing;

namespace Peak.Clusters.Remote.OpenSsh.Connecting;

/// <summary>What the user's configuration says about the hosts of a connector: asked once for all where it says the same for all.</summary>
internal sealed class SettingsCache
{
    private const int MostKept = 64 << 10;

    private readonly SshArguments _arguments;
    private readonly Lazy<bool> _sameForAll;
    private readonly Dictionary<string, SshSettings> _known = [];
    private (Task<SshSettings> Answer, CancellationTokenSource GiveUp)? _ofAll;
    private int _waiting;

    public SettingsCache(SshArguments arguments)
    {
        _arguments = arguments;
        _sameForAll = new(() => SshConfigurationFiles.AreTheSameForAll(arguments.ConfigurationFiles));
    }

    /// <summary>What matters to commands on a target; kept beside its socket for later runs.</summary>
    public async ValueTask<SshSettings> OfCommandsAsync(ControlSocket socket, Target target, CancellationToken cancellationToken)
    {
        var settings = await OfAsync(target, cancellationToken).ConfigureAwait(false);
        try
        {
            // Whatever else has the name is in the way of a file: who opens a pipe would wait for its other end.
            if (!Posix.TryGetStatus(socket.SettingsPath, followLink: false, out var status) || !status.IsPlainFile)
                File.Delete(socket.SettingsPath);
            await File.WriteAllTextAsync(socket.SettingsPath, settings.KeptLines, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk is this machine's fault, not the host's.
            throw new ConnectionException(new HostOutcome.NotStarted(NotStartedReason.CannotStart, e.Message), e);
        }

        return settings;
    }

    /// <summary>What matters to commands on a target, and to connecting to it.</summary>
    public Task<SshSettings> OfAsync(Target target, CancellationToken cancellationToken) =>
        _sameForAll.Value ? OfAllAsync(target, cancellationToken) : AskAsync(target, cancellationToken);

    /// <summary>What was learned when the connection was made; null where that is not there any more.</summary>
    public SshSettings? Kept(ControlSocket socket)
    {
        using var file = Posix.OpenAsItIs(socket.SettingsPath);
        if (file.IsInvalid || !Posix.TryGetStatus(file, out var status) || !status.IsPlainFile) return null;
        byte[] text = new byte[Math.Min(RandomAccess.GetLength(file), MostKept)];
        return Known(ByteText.GetString(text.AsSpan(0, RandomAccess.Read(file, text, 0))));
    }

    /// <summary>All that is said about a target.</summary>
    public async Task<SshSettings> AskAsync(Target target, CancellationToken cancellationToken)
    {
        var answer = await SshProgram.RunAsync(_arguments.Program, _arguments.ForSettings(target), cancellationToken).ConfigureAwait(false);
        // Where ssh refuses its configuration, it does so again when it is to connect, and then its words are the outcome.
        return Known(answer.Status == 0 ? answer.Output : "");
    }

    /// <summary>They are asked for as long as somebody waits: what ssh runs for a <c>Match exec</c> may never end.</summary>
    private async Task<SshSettings> OfAllAsync(Target target, CancellationToken cancellationToken)
    {
        (Task<SshSettings> Answer, CancellationTokenSource GiveUp) asked;
        lock (_known)
        {
            if (_ofAll is null)
            {
                var giveUp = new CancellationTokenSource();
                _ofAll = (AskAsync(target, giveUp.Token), giveUp);
            }

            asked = _ofAll.Value;
            _waiting++;
        }

        try
        {
            return await asked.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            bool isLast;
            lock (_known)
            {
                isLast = --_waiting == 0 && !asked.Answer.IsCompletedSuccessfully;
                if (isLast) _ofAll = null;
            }

            if (isLast) await asked.GiveUp.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Most hosts have the same ones: they are read once.</summary>
    private SshSettings Known(string text)
    {
        lock (_known) return CollectionsMarshal.GetValueRefOrAddDefault(_known, text, out _) ??= new(text);
    }
}
